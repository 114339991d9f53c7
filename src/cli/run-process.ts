/** `main` on the real process, from its words to its end. */
import { failedBeyond } from './failed.js';
import { afterLoss } from './loss.js';
import { main } from './main.js';
import { flushProcess, processIo } from './process-io.js';

/** Ends the process: whatever a run has left open must not keep it alive, and nothing written is lost. */
export async function runProcess(argv: readonly string[], version: string): Promise<never> {
  const io = processIo(version);
  let ended = false;
  const end = async (code: number): Promise<never> => {
    ended = true;
    await flushProcess();
    const last = afterLoss(code, io, argv);
    await flushProcess();
    process.exit(last);
  };
  const beyond = (error: unknown): void => {
    if (!ended) void end(failedBeyond(error, io, argv));
  };
  process.on('uncaughtException', beyond);
  process.on('unhandledRejection', beyond);
  return end(await main(argv, io));
}

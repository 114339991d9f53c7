/** Running a command in a container: three requests, one deadline. */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { EngineAmbiguous, EngineRefused, EngineUnreachable } from '../../errors.js';
import type { CallOptions, ExecResult } from '../../port.js';
import { parseAnswer } from '../answer.js';
import type { Call, EngineClient } from '../client.js';
import { Demultiplexer } from '../demux.js';
import { MAX_EXEC_BYTES } from '../options.js';
import { pathOf } from '../paths.js';
import { TailBuffer } from '../../../tail-buffer.js';

const rawExecCreated = z.looseObject({ Id: z.string().min(1) });
const rawExec = z.looseObject({ Running: z.boolean(), ExitCode: z.number().nullish() });

/** Codes that shells and engines give a command that cannot be run. */
const NOT_EXECUTABLE = 126;
const NOT_FOUND = 127;
const BETWEEN_LOOKS_MS = 50;

type ExecOptions = CallOptions & { timeoutMs?: number };

/**
 * @throws EngineRefused when the container does not run
 * @throws EngineAmbiguous when it is not known how the command ended
 */
export async function execInContainer(
  client: EngineClient,
  id: string,
  argv: readonly string[],
  options: ExecOptions,
): Promise<ExecResult> {
  const end = performance.now() + (options.timeoutMs ?? client.deadlines.exec);
  const call = (request: Pick<Call, 'method' | 'path'> & Partial<Call>) =>
    client.call({
      readOnly: false,
      lane: 'long',
      deadlineMs: Math.max(1, end - performance.now()),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
      ...request,
    });

  const body = JSON.stringify({ AttachStdout: true, AttachStderr: true, Tty: false, Cmd: argv });
  const created = await call({ method: 'POST', path: `${pathOf('containers', id)}/exec`, body });
  const exec = pathOf(
    'exec',
    parseAnswer(rawExecCreated, created.body, 'POST /containers/ID/exec').Id,
  );

  const kept = new TailBuffer(MAX_EXEC_BYTES);
  const frames = new Demultiplexer((chunk) => kept.add(chunk));
  const inspect = () => exitCode(call, exec, end);
  try {
    await call({
      method: 'POST',
      path: `${exec}/start`,
      body: JSON.stringify({ Detach: false, Tty: false }),
      onChunk: (chunk) => frames.add(chunk),
    });
  } catch (error) {
    if (error instanceof EngineRefused && isCommandsFault(error.message)) {
      return { exitCode: codeOfText(error.message), output: error.message };
    }
    throw error;
  }
  frames.end();
  return { exitCode: await inspect(), output: kept.text() };
}

/** The exit code, once the engine has it: the output may end a moment before. */
async function exitCode(
  call: (
    request: Pick<Call, 'method' | 'path'> & Partial<Call>,
  ) => ReturnType<EngineClient['call']>,
  exec: string,
  end: number,
): Promise<number> {
  try {
    for (;;) {
      const { body } = await call({
        method: 'GET',
        path: `${exec}/json`,
        readOnly: true,
        lane: 'look',
      });
      const { Running, ExitCode } = parseAnswer(rawExec, body, 'GET /exec/ID/json');
      if (!Running && typeof ExitCode === 'number') return ExitCode;
      if (performance.now() + BETWEEN_LOOKS_MS > end)
        throw new EngineAmbiguous('the command has not ended in time');
      await sleep(BETWEEN_LOOKS_MS);
    }
  } catch (error) {
    // The command was started: that the look failed does not undo it.
    if (error instanceof EngineUnreachable)
      throw new EngineAmbiguous(`the command's end is not known: ${error.message}`);
    throw error;
  }
}

/** Engines disagree whether a command that cannot be run is a refused start or an exit code. */
function isCommandsFault(message: string): boolean {
  return /OCI runtime exec failed|executable file not found|exec format error/i.test(message);
}

function codeOfText(message: string): number {
  return /not found|no such file/i.test(message) ? NOT_FOUND : NOT_EXECUTABLE;
}

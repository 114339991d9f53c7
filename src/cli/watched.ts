/** `--inspect` and `--stately`: the page of the run that is going on. It is no part of the run: nothing waits for it, and what fails of it is told and no more. */
import type { Session } from '../session.js';
import { statelyWarning } from './commands/inspect.js';
import { jsonText } from './sanitize.js';
import type { Scene } from './commands/scene.js';

/** Runs something with a page beside it, where one is wanted, and ends that with it. */
export async function watched<T>(
  { flags, backend, io }: Scene,
  session: Session,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  if (flags.inspect !== true && flags.stately !== true) return work(session);
  let opened: Awaited<ReturnType<typeof backend.inspect>>;
  try {
    opened = await backend.inspect(session.stateDir, {
      keepsAlive: false,
      stately: flags.stately === true,
    });
  } catch (error) {
    io.stderr.write(`no inspector: ${(error as Error).message}\n`);
    return work(session);
  }
  const { inspector, library } = opened;
  const stately = inspector.statelyUrlOf(null);
  if (flags.events === true) {
    io.stderr.write(`${jsonText({ schema: 1, inspector: inspector.url, stately })}\n`);
  } else {
    io.stderr.write(`inspector: ${inspector.url}\n`);
    if (stately !== null) io.stderr.write(`stately: ${stately}\n${statelyWarning}\n`);
  }
  try {
    return await work({
      ...session,
      onProgress(progress) {
        library.entered(progress);
        session.onProgress?.(progress);
      },
      onCall: (call) => library.called(call),
    });
  } finally {
    library.ended();
    await inspector.close();
  }
}

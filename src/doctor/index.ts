/** `doctor` put together: the real engine, the real clock, the real folder. */
import { systemClock } from '../clock.js';
import { listRuns } from '../graft.js';
import type { Session } from '../session.js';
import { engineOf, gatewayOf } from '../composition/workplace.js';
import type { Commands, Diagnosis } from './diagnosis.js';
import { examine } from './examine.js';

/** @param image the one that probes are to use; null: any that is there */
export async function diagnose(
  image: string | null,
  session: Session,
  commands: Commands,
): Promise<Diagnosis> {
  const { stateDir } = session;
  const docker = engineOf(session);
  try {
    return await examine(image, {
      docker,
      openshell: gatewayOf(session),
      clock: systemClock,
      signal: session.signal ?? new AbortController().signal,
      stateDir,
      listRuns: () => listRuns(stateDir),
      commands,
    });
  } finally {
    await docker.close();
  }
}

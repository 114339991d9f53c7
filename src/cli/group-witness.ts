/**
 * Whether a signal came to this process alone or to its whole group, as Ctrl-C at a terminal does. The
 * kernel does not tell Node, so that a process beside us is watched, which dies of what the group gets.
 */
import { setTimeout as sleep } from 'node:timers/promises';

/** The kernel signals a group at once; this is for the word of an end to come through a busy machine. */
const PATIENCE_MS = 500;
const LOOK_AGAIN_MS = 10;

export interface GroupWitness {
  /** Asked when this process has got the signal. @returns whether the others of its group have got it as well */
  saw(signal: NodeJS.Signals): Promise<boolean>;
  dismiss(): void;
}

/** Where none can be begun, nothing counts as seen: a signal that comes twice is better than one that never does. */
export async function groupWitness(): Promise<GroupWitness> {
  const { execa } = await import('execa');
  /** Each stands for one signal; one that is old was another's. */
  const deaths: { readonly of: NodeJS.Signals; readonly at: number }[] = [];
  const dismissed = new AbortController();
  const begin = (): void => {
    // Ends with us, also where we are killed: its input is a pipe of ours.
    const child = execa('cat', {
      stdio: ['pipe', 'ignore', 'ignore'],
      buffer: false,
      reject: false,
      cancelSignal: dismissed.signal,
      forceKillAfterDelay: false,
    });
    child.once('exit', (_code, signal) => {
      if (signal === null || dismissed.signal.aborted) return;
      deaths.push({ of: signal, at: performance.now() });
      // The next signal needs one too.
      begin();
    });
  };
  begin();
  return {
    async saw(signal) {
      const from = performance.now() - PATIENCE_MS;
      while (performance.now() < from + 2 * PATIENCE_MS) {
        const found = deaths.findIndex(({ of, at }) => of === signal && at >= from);
        if (found !== -1) {
          deaths.splice(found, 1);
          return true;
        }
        // oxlint-disable-next-line no-await-in-loop -- one look after the other
        await sleep(LOOK_AGAIN_MS);
      }
      return false;
    },
    dismiss: () => dismissed.abort(),
  };
}

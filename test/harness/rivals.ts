/** Two processes on one container, one held where it stands while the other goes on. */
import type { Lab } from './lab.js';
import type { Ended, Process, ProcessOptions } from './process.js';

export interface Rival {
  readonly lab: Lab;
  readonly begin: (process: Process) => Promise<Ended>;
}

/**
 * The first goes on up to its `stopsAt`-th step; the second begins there and goes on up to its own; then the
 * first goes on to its end, and after it the second. Whoever has fewer steps ends.
 */
export async function interleaved(
  first: Rival & { stopsAt: number },
  second: Rival & { stopsAt: number },
): Promise<readonly [Ended, Ended]> {
  const { clock } = first.lab;
  let others: Promise<Ended> | null = null;
  const over = signal();

  const startOther = async (): Promise<void> => {
    const stands = signal();
    const wait = async (): Promise<void> => {
      stands.give();
      // Who waits for somebody does not keep time from going on.
      clock.leave();
      await over.given;
      clock.join();
    };
    others = begun(second, wait);
    clock.leave();
    await Promise.race([stands.given, others]);
    clock.join();
  };

  const one = await begun(first, startOther).finally(over.give);
  return [one, await (others ?? begun(second, () => Promise.resolve()))];
}

/** @param pause what it does before the step at which it stops */
function begun({ lab, begin, stopsAt }: Rival & { stopsAt: number }, pause: () => Promise<void>) {
  let steps = 0;
  const options: ProcessOptions = {
    actor: async (_, __, run) => {
      steps += 1;
      if (steps === stopsAt) await pause();
      return run();
    },
  };
  return begin(lab.process(options));
}

function signal() {
  let give = (): void => undefined;
  const given = new Promise<void>((resolve) => (give = resolve));
  return { given, give: () => give() };
}

/** Waits for the container of a sandbox that somebody is about to make. */
import { isEngineError } from '../docker/errors.js';
import type { DockerPort, ListedContainer } from '../docker/port.js';
import type { Clock } from '../clock.js';

/** After a look or a subscription that failed: engines come back in seconds. */
const PAUSE_MS = 500;

export interface Appearance {
  /** Resolves once nothing can be missed any more. @throws what the engine said to the first try */
  readonly listening: Promise<void>;
  /** The container that runs. It stays open where none ever does. */
  readonly found: Promise<ListedContainer>;
  /** One look of its own, for whoever cannot wait any more. Null: there is none, or no answer. */
  look(): Promise<ListedContainer | null>;
}

type Engine = Pick<DockerPort, 'listContainers' | 'watchStarts'>;

/** Which containers are looked for. */
export interface Wanted {
  readonly labels: readonly string[];
  readonly suits: (container: ListedContainer) => boolean;
}

/**
 * Events are hints, and a look decides: one as soon as the engine listens, and one at each start of
 * a container with the labels.
 * @param signal ends it
 */
export function watchFor(
  docker: Engine,
  { labels, suits }: Wanted,
  clock: Clock,
  signal: AbortSignal,
): Appearance {
  const listening = settling<undefined>();
  const found = settling<ListedContainer>();
  const look = async (): Promise<ListedContainer | null> => {
    const all = await docker.listContainers(labels, { signal });
    return all.find((one) => one.state === 'running' && suits(one)) ?? null;
  };
  const looking = (fail: () => void) => () => {
    listening.resolve(undefined);
    // A look that fails is made good by the next subscription's.
    void look().then((one) => one !== null && found.resolve(one), fail);
  };
  const watch = async (): Promise<void> => {
    while (!signal.aborted) {
      const failed = new AbortController();
      const until = AbortSignal.any([signal, failed.signal]);
      try {
        // oxlint-disable-next-line no-await-in-loop -- one subscription after the other
        await docker.watchStarts(
          labels,
          looking(() => failed.abort()),
          { signal: until },
        );
      } catch (error) {
        listening.reject(error);
        if (!isEngineError(error)) throw error;
      }
      // oxlint-disable-next-line no-await-in-loop -- as above
      await clock.sleep(PAUSE_MS, signal);
    }
  };
  watch().catch((error: unknown) => found.reject(error));
  return { listening: listening.promise, found: found.promise, look: () => quietly(look) };
}

interface Settling<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

/** Whoever does not wait for it is not to hear of it. */
function settling<T>(): Settling<T> {
  let settle: Omit<Settling<T>, 'promise'> = { resolve: () => undefined, reject: () => undefined };
  const promise = new Promise<T>((resolve, reject) => (settle = { resolve, reject }));
  promise.catch(() => undefined);
  return { promise, ...settle };
}

async function quietly<T>(look: () => Promise<T | null>): Promise<T | null> {
  try {
    return await look();
  } catch (error) {
    if (!isEngineError(error)) throw error;
    return null;
  }
}

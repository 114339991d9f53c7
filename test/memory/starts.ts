/** Whoever listens for starts: told at each, until the listening ends. */
import type { Core } from './core.js';
import { hasLabels } from './listing.js';
import { Pending } from './pending.js';

export interface Watching {
  readonly begin: () => Pending<void>;
  readonly end: () => void;
}

export function watchStarts(core: Core, labels: readonly string[], heard: () => void): Watching {
  let told = core.events.length;
  const observer = (): void => {
    const news = core.events.slice(told);
    told = core.events.length;
    for (const { action, id } of news) {
      const container = core.containers.get(id);
      if (action === 'start' && container !== undefined && hasLabels(container, labels)) heard();
    }
  };
  return {
    begin() {
      core.observers.add(observer);
      heard();
      return new Pending(
        () => false,
        () => undefined,
      );
    },
    end: () => void core.observers.delete(observer),
  };
}

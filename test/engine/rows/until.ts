/** Waiting for what the engine does by itself. */
import { setTimeout as delay } from 'node:timers/promises';

/** @throws Error when it has not become so in 20 seconds */
export async function until(so: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if (await so()) return;
    await delay(100);
  }
  throw new Error('it never became so');
}

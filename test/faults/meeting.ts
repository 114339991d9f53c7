/**
 * Two plays that meet go on as one: where the machine's line, the engine, the gateway and what others did
 * are the same, so is what comes after. Times and IDs drawn are left out of the comparison.
 */
import { createHash } from 'node:crypto';
import type { JournalLine } from '../../src/runtime/journal-line.js';
import { isSandbox, type Scenario } from './scenario.js';
import type { Stage } from './stage.js';

/** How a play that was found to be well came to its end. */
export interface End {
  readonly outcome: string;
  readonly why: string | null;
  readonly end: string;
  readonly signature: string;
}

export class Meeting {
  readonly #ends = new Map<string, End>();

  /** @param others whose plays are met here as well */
  constructor(readonly others: Meeting | null = null) {}

  at(key: string): End | undefined {
    return this.#ends.get(key) ?? this.others?.at(key);
  }

  /** The keys of a play in which nothing was wrong, from its last fault on. */
  remember(keys: readonly string[], end: End): void {
    for (const key of keys) if (!this.#ends.has(key)) this.#ends.set(key, end);
  }
}

/** What a poll of a gateway that comes a little sooner or later makes no difference to. */
const COARSE_MS = 500;

/** @param beside whatever else the rest of a play depends on */
export function keyOf(
  scenario: Scenario,
  { lab, asked }: Stage,
  line: JournalLine,
  beside: readonly unknown[],
): string {
  const { engine, gateway } = lab;
  const now = lab.clock.now();
  const watching = isSandbox(scenario)
    ? [
        gateway.gateway.registry.fingerprint(),
        Math.floor((gateway.gateway.nextDue - now) / COARSE_MS),
      ]
    : [];
  const { snapshot, state } = line;
  // A start that is another one than that on record is told by its time.
  const starts = [...engine.core.containers.values()].map(({ startedAt }) =>
    startedAt === null ? null : new Date(startedAt).toISOString(),
  );
  const world = [engine.fingerprint(), starts, asked, watching, beside];
  const text = JSON.stringify([state, snapshot, world]);
  return createHash('sha1').update(plain(text)).digest('base64');
}

/** IDs and times that are compared with each other, by the order in which they come; times of our clock not at all. */
function plain(text: string): string {
  const names = new Map<string, string>();
  return text
    .replaceAll(/\b1[78]\d{11}\b/g, 'now')
    .replaceAll(/\b(?:[0-9a-f]{64}|[0-9a-f]{12}|\d{4}-\d\d-\d\dT[\d:.]+Z)\b/g, (word) => {
      const known = names.get(word);
      if (known !== undefined) return known;
      const name = `#${names.size}`;
      names.set(word, name);
      return name;
    });
}

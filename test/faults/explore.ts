/** All schedules of one fault, of two, or some of three, for a scenario. */
import { randomFrom } from '../random.js';
import { Meeting } from './meeting.js';
import { Play, type Played, type PlayOptions } from './play.js';
import { Recording } from './recording.js';
import type { Scenario } from './scenario.js';
import { faultsAt, idOf, type Schedule } from './schedule.js';

export interface Found {
  /** The schedule, as an id that replays it. */
  readonly id: string;
  readonly wrong: readonly string[];
}

export interface Tally {
  schedules: number;
  /** Played to their end; the others met a play whose end was known. */
  played: number;
  /** How often each outcome was reported. */
  readonly outcomes: Map<string, number>;
  /** Distinct states in which machine and engine came to rest. */
  readonly ends: Set<string>;
  readonly found: Found[];
}

export const newTally = (): Tally => ({
  schedules: 0,
  played: 0,
  outcomes: new Map(),
  ends: new Set(),
  found: [],
});

/** Plays one schedule. What the product throws is wrong as well. */
export async function played(
  scenario: Scenario,
  schedule: Schedule,
  options: PlayOptions = {},
): Promise<Played> {
  try {
    return await Play.of(scenario, schedule, options);
  } catch (error) {
    const wrong = [`it threw ${error instanceof Error ? error.message : String(error)}`];
    return {
      wrong,
      moments: [],
      outcome: 'threw',
      why: null,
      end: 'threw',
      signature: 'threw',
      processes: 0,
      met: false,
    };
  }
}

function count(tally: Tally, id: string, { wrong, outcome, signature, met }: Played): void {
  tally.schedules += 1;
  if (!met) tally.played += 1;
  tally.outcomes.set(outcome, (tally.outcomes.get(outcome) ?? 0) + 1);
  tally.ends.add(signature);
  if (wrong.length > 0) tally.found.push({ id, wrong });
}

/** Every schedule that adds one fault to this one, after its last. */
export function after(schedule: Schedule, { moments }: Played): Schedule[] {
  const last = schedule.at(-1)?.[0] ?? 0;
  return moments
    .slice(last)
    .flatMap((moment) =>
      faultsAt(moment).map((fault): Schedule => [...schedule, [moment.n, fault]]),
    );
}

export interface Order {
  /** Whether a schedule, by its number, is this process's to play. */
  readonly mine: (index: number) => boolean;
  /** Every schedule is played to its end, also where it meets another one. */
  readonly whole: boolean;
  /** One that is wrong is enough. */
  readonly untilFound: boolean;
}

/** The plays of one scenario: what they share. */
class Theatre {
  /** Plays of one fault or none: from where one meets them on, a second fault has been tried after them. */
  readonly #first: Meeting | null;
  readonly #second: Meeting | null;
  readonly #recording = new Recording();

  private constructor(
    readonly scenario: Scenario,
    readonly whole: boolean,
  ) {
    this.#first = whole ? null : new Meeting();
    this.#second = whole ? null : new Meeting(this.#first);
  }

  /** Plays what all others are compared with. */
  static async of(scenario: Scenario, { whole }: Order): Promise<[Theatre, Played]> {
    const theatre = new Theatre(scenario, whole);
    const recording = theatre.#recording;
    const unbroken = await played(scenario, [], { meeting: theatre.#first, recording });
    return [theatre, unbroken];
  }

  /** A schedule, from the line before its first fault on. */
  play(schedule: Schedule): Promise<Played> {
    const recording = this.#recording;
    const mark = this.whole ? null : recording.markBefore(schedule[0]?.[0] ?? 0);
    const meeting = schedule.length > 1 ? this.#second : this.#first;
    return played(this.scenario, schedule, { meeting, recording, mark });
  }

  /** Begun at any of its lines, the unbroken play goes on as it did. @returns where it does not */
  async astray(unbroken: Played): Promise<Found[]> {
    const recording = this.#recording;
    const found: Found[] = [];
    const what = ({ moments, signature, wrong }: Played): string =>
      JSON.stringify([moments, signature, wrong]);
    for (const mark of recording.marks) {
      // oxlint-disable-next-line no-await-in-loop -- one play after the other
      const from = await played(this.scenario, [], { recording, mark });
      if (what(from) === what(unbroken)) continue;
      const wrong = [`begun at moment ${mark.n} it goes on another way`, ...from.wrong];
      found.push({ id: idOf(this.scenario.id, []), wrong });
    }
    return found;
  }
}

/** Every schedule of no fault and of one. */
export async function oneFault(scenario: Scenario, tally: Tally, order: Order): Promise<void> {
  const [theatre, unbroken] = await Theatre.of(scenario, order);
  if (order.mine(0)) {
    count(tally, idOf(scenario.id, []), unbroken);
    tally.found.push(...(await theatre.astray(unbroken)));
  }
  for (const [index, schedule] of after([], unbroken).entries()) {
    if (order.untilFound && tally.found.length > 0) return;
    if (!order.mine(index + 1)) continue;
    // oxlint-disable-next-line no-await-in-loop -- one play after the other
    count(tally, idOf(scenario.id, schedule), await theatre.play(schedule));
  }
}

/**
 * Every schedule of two faults. A first one that has met the unbroken play, or that of another first one,
 * leaves nothing that is not tried after those: seconds are tried up to there.
 */
export async function twoFaults(scenario: Scenario, tally: Tally, order: Order): Promise<void> {
  const [theatre, unbroken] = await Theatre.of(scenario, order);
  for (const [index, first] of after([], unbroken).entries()) {
    if (order.untilFound && tally.found.length > 0) return;
    // oxlint-disable no-await-in-loop -- one play after the other
    // Those of other processes too: what they meet, and what meets them, is the same for all.
    const once = await theatre.play(first);
    if (!order.mine(index)) continue;
    for (const schedule of after(first, once))
      count(tally, idOf(scenario.id, schedule), await theatre.play(schedule));
    // oxlint-enable no-await-in-loop
  }
}

/** Some schedules of so many faults, drawn fault by fault from what can still be broken. */
export async function sampled(
  scenario: Scenario,
  tally: Tally,
  { depth, count: wanted, seed }: { depth: number; count: number; seed: number },
): Promise<void> {
  const random = randomFrom(seed);
  for (let drawn = 0; drawn < wanted; drawn += 1) {
    let schedule: Schedule = [];
    // oxlint-disable no-await-in-loop -- the next fault depends on what the last one led to
    for (let fault = 0; fault < depth; fault += 1) {
      const next = after(schedule, await played(scenario, schedule));
      schedule = next[Math.floor(random() * next.length)] ?? schedule;
    }
    count(tally, idOf(scenario.id, schedule), await played(scenario, schedule));
    // oxlint-enable no-await-in-loop
  }
}

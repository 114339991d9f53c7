/** Numbers the moments of a play, and breaks those that its schedule names. */
import {
  GatewayAmbiguous,
  GatewayRefused,
  GatewayUnreachable,
} from '../../src/openshell/errors.js';
import type { OpenShellPort } from '../../src/openshell/port.js';
import type { GatewayBreak, LineVerdict } from '../harness/index.js';
import type { Call, Verdict } from '../memory/index.js';
import type { Others } from './others.js';
import type { Fault, Kind, Moment, Schedule } from './schedule.js';

/** A play that needs more than this is going round in circles. */
const MOST_MOMENTS = 2000;
const DEADLINE_MS = 30_000;
const AWAY_MS = 20_000;
const GONE_MS = 600_000;

const refused = (status: number, message: string): Verdict => ({ kind: 'refuse', status, message });

/** What becomes of a call to the engine. */
const verdicts: Partial<Record<Fault, Verdict>> = {
  'die-before': { kind: 'die-before' },
  'die-during': { kind: 'die-during' },
  'die-after': { kind: 'die-after' },
  'die-late': { kind: 'die-late', calls: 3 },
  refuse: refused(500, 'internal error'),
  conflict: refused(409, 'conflict: the container is in use'),
  'disk-full': refused(500, 'no space left on device'),
  removing: refused(409, 'removal of container is already in progress'),
  'lost-request': { kind: 'lost-request', afterMs: DEADLINE_MS },
  'lost-reply': { kind: 'lost-reply' },
  'late-1': { kind: 'late', calls: 1 },
  'late-4': { kind: 'late', calls: 4 },
  'done-but-error': { kind: 'done-but-error' },
  stale: { kind: 'alter', answer: () => [] },
};

/** What happens to a line of the journal. */
const lines: Partial<Record<Fault, LineVerdict>> = {
  'die-unwritten': 'die-before',
  'die-written': 'die-after',
  'line-fails': 'fail',
  'line-scarce': 'scarce',
};

const restarts: Partial<Record<Fault, { kind: 'graceful' | 'killed'; downMs?: number }>> = {
  'engine-restarts': { kind: 'graceful' },
  'engine-killed': { kind: 'killed' },
  'engine-away': { kind: 'killed', downMs: AWAY_MS },
  'engine-gone': { kind: 'killed', downMs: GONE_MS },
};

const CHANGES_GATEWAY: readonly (keyof OpenShellPort)[] = ['stopSandbox', 'startSandbox'];

export class Breaker {
  readonly moments: Moment[] = [];
  /** Counted by whoever begins them. */
  process = 0;
  readonly #faults: ReadonlyMap<number, Fault>;

  constructor(
    schedule: Schedule,
    readonly others: Others,
  ) {
    this.#faults = new Map(schedule);
  }

  /** How many lines were begun after the moment of this number. */
  linesAfter(n: number): number {
    return this.moments.slice(n).filter(({ kind }) => kind === 'line').length;
  }

  #fault(kind: Kind, what: string): Fault | null {
    const n = this.moments.length + 1;
    if (n > MOST_MOMENTS) throw new Error(`11: no end after ${MOST_MOMENTS} calls and lines`);
    this.moments.push({ n, kind, what, process: this.process });
    return this.#faults.get(n) ?? null;
  }

  readonly call = ({ changing, method }: Call): Verdict | undefined => {
    const fault = this.#fault(changing ? 'change' : 'look', method);
    if (fault === null) return undefined;
    const restart = restarts[fault];
    if (restart !== undefined) this.others.restartEngine(restart);
    else if (verdicts[fault] === undefined) this.others.move(fault);
    return verdicts[fault];
  };

  readonly line = (state: string): LineVerdict | undefined => {
    const fault = this.#fault('line', state);
    return fault === null ? undefined : lines[fault];
  };

  /** @param kill ends the process */
  gateway(method: keyof OpenShellPort, kill: () => void): Error | GatewayBreak | undefined {
    const changes = CHANGES_GATEWAY.includes(method);
    const fault = this.#fault(changes ? 'gateway-change' : 'gateway-look', method);
    if (fault === 'die-before') return { before: kill };
    if (fault === 'die-after') return { after: kill };
    if (fault === 'gateway-down') return new GatewayUnreachable('down', 'connection refused');
    if (fault === 'gateway-refuses') return new GatewayRefused('FailedPrecondition', 'not now');
    if (fault !== 'gateway-unsure') return undefined;
    return {
      after: () => {
        throw new GatewayAmbiguous('the connection was closed');
      },
    };
  }
}

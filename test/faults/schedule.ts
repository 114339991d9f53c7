/** What is broken, and when: a list of (moment, fault), which prints as an id that replays it. */

/** The kinds of moments at which something can be broken. */
export type Kind = 'look' | 'change' | 'line' | 'gateway-look' | 'gateway-change';

/** A call or a line of the journal, numbered over all processes of a play, from 1. */
export interface Moment {
  readonly n: number;
  readonly kind: Kind;
  /** The method called, or the state written. */
  readonly what: string;
  /** Which process it is of, from 1. */
  readonly process: number;
}

const everyCall: readonly Kind[] = ['look', 'change'];
const everyGatewayCall: readonly Kind[] = ['gateway-look', 'gateway-change'];

interface Rule {
  readonly on: readonly Kind[];
  /** Only of these methods; left out: of all. */
  readonly of?: readonly string[];
  readonly says: string;
}

const rule = (says: string, on: readonly Kind[], of?: readonly string[]): Rule => ({
  on,
  says,
  ...(of === undefined ? {} : { of }),
});

export const faults = {
  'die-before': rule('kill -9 before the request is out', [...everyCall, ...everyGatewayCall]),
  'die-during': rule('kill -9 while the engine is at it', ['change']),
  'die-after': rule('kill -9 before the answer is read', ['change', 'gateway-change']),
  'die-late': rule('kill -9; it is carried out three calls later', ['change']),
  'die-unwritten': rule('kill -9 before the line is durable', ['line']),
  'die-written': rule('kill -9 once the line is durable', ['line']),
  'line-fails': rule('the line cannot be written: a short write, a failed fsync', ['line']),
  'line-scarce': rule('the disk under the journal is full, its reserve is used', ['line']),
  refuse: rule('the engine answers 500', everyCall),
  conflict: rule('the engine answers 409', ['change']),
  'disk-full': rule(
    "the engine's disk is full",
    ['change'],
    ['createContainer', 'commitContainer', 'startContainer', 'renameContainer', 'setRestartPolicy'],
  ),
  removing: rule('a removal is in progress already', ['change'], ['removeContainer']),
  'lost-request': rule('it never arrives; the deadline passes', everyCall),
  'lost-reply': rule('it is done, and the answer lost', ['change']),
  'late-1': rule('it is done one call later, the answer lost', ['change']),
  'late-4': rule('it is done four calls later, the answer lost', ['change']),
  'done-but-error': rule('it is done, and answered with 500', ['change']),
  stale: rule('the list is empty, as a stale one may be', ['look'], ['listContainers']),
  'engine-restarts': rule('the engine restarts in order, at once', everyCall),
  'engine-killed': rule('the engine is killed and is back at once', everyCall),
  'engine-away': rule('the engine is killed and comes back after 20 s', everyCall),
  'engine-gone': rule('the engine is killed and comes back after 10 minutes', ['change']),
  'gateway-down': rule('nothing reaches the gateway', everyGatewayCall),
  'gateway-unsure': rule('the gateway did it, and its answer is lost', ['gateway-change']),
  'gateway-refuses': rule('the gateway says no', everyGatewayCall),
  'other-removes-original': rule('somebody removes the original', everyCall),
  'other-removes-replacement': rule('somebody removes the replacement', everyCall),
  'other-renames-original': rule('somebody renames the original', everyCall),
  'other-renames-replacement': rule('somebody renames the replacement', everyCall),
  'other-takes-name': rule('somebody takes the name while it is free', everyCall),
  'other-starts-backup': rule('somebody starts the one without the name', everyCall),
} as const satisfies Record<string, Rule>;

export type Fault = keyof typeof faults;
export const faultNames = Object.keys(faults) as Fault[];

export function faultsAt({ kind, what }: Moment): Fault[] {
  return faultNames.filter((name) => {
    const { on, of }: Rule = faults[name];
    return on.includes(kind) && (of === undefined || of.includes(what));
  });
}

/** Faults by the number of their moment, in order. */
export type Schedule = readonly (readonly [n: number, fault: Fault])[];

export const idOf = (scenario: string, schedule: Schedule): string =>
  [scenario, ...schedule.map(([n, fault]) => `${n}:${fault}`)].join('+');

/** @throws Error for what is no id */
export function parseId(id: string): { scenario: string; schedule: Schedule } {
  const [scenario = '', ...parts] = id.split('+');
  const schedule = parts.map((part): Schedule[number] => {
    const [n = '', fault = ''] = part.split(':');
    const known = faultNames.find((name) => name === fault);
    if (known === undefined || !/^\d+$/.test(n)) throw new Error(`no fault: ${part}`);
    return [Number(n), known];
  });
  return { scenario, schedule };
}

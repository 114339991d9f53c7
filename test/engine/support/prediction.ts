/**
 * What the engine in memory says of a run on a real one: the same container, the same options, the
 * same fault at the same changing call, and how that ends. Where the two differ, one of them is wrong.
 */
import type { Options } from '../../../machines/index.js';
import { Lab } from '../../harness/index.js';
import type { Ended, ProcessOptions } from '../../harness/index.js';
import type { Call, Hooks, Verdict } from '../../memory/index.js';
import type { Kind } from './engines.js';
import type { Fault } from './faulty.js';
import { quick } from './scene.js';

/** Untouched, grafted, rolled back, and stranded: said as it is. */
export type End = 'S0' | 'S1' | 'S2' | 'S3';

export interface Wanted {
  readonly kind: Kind;
  /** The replacement ends by itself where it has a GPU. */
  readonly fails?: boolean;
  /** How long it runs before that. */
  readonly failsAfterMs?: number;
  readonly options?: Partial<Options>;
}

/** What the shim does, in the words of the engine in memory. */
const verdicts: Readonly<Record<Fault, Verdict>> = {
  unsent: { kind: 'lost-request' },
  refuse: { kind: 'refuse', status: 500, message: 'something went wrong' },
  lost: { kind: 'lost-reply' },
  lie: { kind: 'done-but-error', status: 500, message: 'something went wrong' },
  // The engine has it, and ends it whoever listens.
  hang: { kind: 'lost-request' },
  hung: { kind: 'lost-reply' },
  late: { kind: 'late', calls: 1 },
  'killed-unsent': { kind: 'die-before' },
  'killed-sent': { kind: 'die-during' },
  // Its client has the lock: nobody takes over before it has landed.
  'killed-late': { kind: 'die-during' },
  'killed-answered': { kind: 'die-after' },
};

class Play {
  readonly lab: Lab;
  readonly originalId: string;
  #changes = 0;

  constructor(readonly wanted: Wanted) {
    this.lab = new Lab({ engine: { apiVersion: wanted.kind === 'oldest' ? '1.41' : '1.51' } });
    this.originalId = this.lab.engine.run({ name: 'box', restart: 'always' });
    const { originalId } = this;
    if (wanted.fails === true) {
      this.lab.engine.script(({ name, id }) => name === 'box' && id !== originalId, {
        exit: { afterMs: wanted.failsAfterMs ?? 1, code: 1 },
      });
    }
  }

  get changes(): number {
    return this.#changes;
  }

  run(process: ProcessOptions): Promise<Ended> {
    return this.lab.graft('box', { ...quick, ...this.wanted.options }, process);
  }

  /** Of the changing calls, as the shim counts them. @returns its number; null: it changes nothing */
  count({ changing }: Call): number | null {
    return changing ? (this.#changes += 1) : null;
  }

  /** As `expectRecovered` finds it. */
  async end(ended: Ended): Promise<End> {
    if (!ended.died) return endOf(ended);
    if (this.lab.folder.snapshot(ended.runId) === null) return 'S0';
    return endOf(await this.lab.recover(ended.runId));
  }
}

const endBy: Partial<Record<string, End>> = {
  refused: 'S0',
  grafted: 'S1',
  rolledBack: 'S2',
  stranded: 'S3',
};

function endOf({ report }: Ended): End {
  const end = endBy[report?.outcome ?? ''];
  if (end === undefined) throw new Error(`in memory it ends badly: ${JSON.stringify(report)}`);
  return end;
}

/** How many changing calls such a run makes. */
export async function predictedCalls(wanted: Wanted): Promise<number> {
  const play = new Play(wanted);
  await play.run({ hooks: { before: (call) => void play.count(call) } });
  return play.changes;
}

/** How it ends with this fault at the n-th changing call. */
export async function predictedEnd(wanted: Wanted, nth: number, fault: Fault): Promise<End> {
  const play = new Play(wanted);
  const before = (call: Call) => (play.count(call) === nth ? verdicts[fault] : undefined);
  return play.end(await play.run({ hooks: { before } }));
}

/** A process that is killed at any instant, by the state that its journal ends with: all ends that this may have. */
export async function endsOfKills(wanted: Wanted): Promise<ReadonlyMap<string, ReadonlySet<End>>> {
  const ends = new Map<string, Set<End>>();
  /** @returns whether there was such a moment */
  const killed = async (process: ProcessOptions): Promise<boolean> => {
    const play = new Play(wanted);
    let state = '';
    const ended = await play.run({ ...process, onEntry: (line) => (state = line.state) });
    ends.set(state, (ends.get(state) ?? new Set()).add(await play.end(ended)));
    return ended.died;
  };
  for (const kind of ['die-before', 'die-during', 'die-after'] as const) {
    for (let at = 1, isThere = true; isThere; at += 1) {
      let seen = 0;
      isThere = await killed({
        hooks: { before: () => ((seen += 1) === at ? { kind } : undefined) },
      });
    }
  }
  // Where nothing is asked of the engine: in a pause.
  for (let at = 1, isThere = true; isThere; at += 1) {
    isThere = await killed({ journal: ({ seq }) => (seq === at ? 'die-after' : undefined) });
  }
  return ends;
}

/** Where an engine is killed. `wedged`: in the middle of a start, which 20.10 refuses from then on (measured). */
type Place = 'before' | 'after' | 'wedged';

/** One play whose engine is killed at the n-th call. @returns the state, or null: there was no such call */
async function outageAt(
  wanted: Wanted,
  { at, place, downMs }: { at: number; place: Place; downMs: number },
): Promise<{ state: string; end: End } | null> {
  const play = new Play(wanted);
  const down = () => play.lab.engine.outsider.restartEngine({ kind: 'killed', downMs });
  let seen = 0;
  let state = '';
  let struck: string | null = null;
  let wedged: unknown = null;
  const before = (call: Call): Verdict | undefined => {
    seen += 1;
    const isStart = call.method === 'startContainer';
    if (isStart && wedged === call.args[0])
      return { kind: 'refuse', status: 500, message: `task ${String(wedged)}: already exists` };
    if (seen !== at) return undefined;
    struck = state;
    if (place === 'after') return { kind: 'lost-reply' };
    if (place === 'wedged' && isStart) wedged = call.args[0];
    down();
    return undefined;
  };
  const after = (): void => {
    if (place === 'after' && seen === at) down();
  };
  const hooks: Hooks = { before, after };
  const ended = await play.run({ hooks, onEntry: (line) => ({ state } = line) });
  return struck === null ? null : { state: struck, end: await play.end(ended) };
}

/** An engine that is killed at any call, before it or with its answer on the way, and comes back: all ends by state. */
export async function endsOfOutages(
  wanted: Wanted,
  downMs: number,
): Promise<ReadonlyMap<string, ReadonlySet<End>>> {
  const ends = new Map<string, Set<End>>();
  const places: Place[] =
    wanted.kind === 'oldest' ? ['before', 'after', 'wedged'] : ['before', 'after'];
  // A replacement that fails is met at more states the longer it takes.
  for (const failsAfterMs of wanted.fails === true ? [1, 250, 1000] : [0]) {
    for (const place of places) {
      for (let at = 1; ; at += 1) {
        // oxlint-disable-next-line no-await-in-loop -- one play after the other
        const found = await outageAt({ ...wanted, failsAfterMs }, { at, place, downMs });
        if (found === null) break;
        ends.set(found.state, (ends.get(found.state) ?? new Set()).add(found.end));
      }
    }
  }
  return ends;
}

/** Drives one path: the real driver and actors, in a world arranged step by step. */
import type { ActorName, ExternalEvent } from '../../../machines/index.js';
import type { JournalLine } from '../../../src/runtime/journal-line.js';
import type { Path, PathSet, Step } from '../../../src/model/index.js';
import { optionsWith } from '../../harness/index.js';
import type { Ended, LineVerdict, Process, ProcessOptions } from '../../harness/index.js';
import { arrangements } from './arrange/index.js';
import { signatureOf } from './signature.js';
import { World } from './world.js';

export interface Driven {
  readonly world: World;
  readonly ended: Ended;
  /** Where the run took another way than the path; empty: nowhere. */
  readonly astray: readonly string[];
}

/** What becomes of the line with this number. */
export type Death = (seq: number) => LineVerdict | undefined;

/** @throws Error where the product threw what it never may */
export async function drivePath(set: PathSet, path: Path, index: number): Promise<Driven> {
  const {
    world,
    run,
    ended: first,
  } = await begun(set, path, index, (seq) => {
    const step = path.steps[seq - 1];
    return step !== undefined && isRecover(step.event) ? 'die-after' : undefined;
  });
  let ended = first;
  // Only where the path has a recovery does a process die; one that went astray may end there instead.
  while (ended.died) {
    const next = path.steps[run.linesOf(ended.runId).length - 1];
    if (next === undefined || !isRecover(next.event)) break;
    ended = await run.process().recover(ended.runId, next.event.choice);
  }
  return { world, ended, astray: differences(path, run.linesOf(ended.runId)) };
}

/** The path's first process, which dies where it is told. */
export async function begun(set: PathSet, path: Pick<Path, 'steps'>, index: number, death: Death) {
  const world = new World(set, path, index);
  const undo = set.setting.intent === 'undo' ? await world.graftBefore() : null;
  const run = new Followed(world, path, death);
  const options = optionsWith(world.options);
  const process = run.process();
  const ended = await (undo === null ? process.graft('box', options) : process.undo(undo, options));
  return { world, run, ended };
}

const isRecover = (event: Step['event']): event is ExternalEvent & { type: 'RECOVER' } =>
  event.type === 'RECOVER';

/** A dependent's own run is on no path: it is all within one step. */
const isPart = (runId: string): boolean => /-[db]\d+-\d+$/.test(runId);

class Followed {
  readonly #world: World;
  readonly #path: Pick<Path, 'steps'>;
  readonly #death: Death;

  constructor(world: World, path: Pick<Path, 'steps'>, death: Death) {
    this.#world = world;
    this.#path = path;
    this.#death = death;
  }

  linesOf(runId: string): readonly JournalLine[] {
    return this.#world.lab.folder.run(runId).lines;
  }

  /** A process that is arranged for, cancelled and killed as the path has it. */
  process(): Process {
    let later = false;
    const options: ProcessOptions = {
      hooks: { before: this.#world.before },
      journal: ({ seq, runId }) => (isPart(runId) ? undefined : this.#death(seq)),
      onEntry: (line, snapshot) => {
        if (isPart(line.runId)) {
          // Confirmed, a part goes on to its end, as any run does.
          if (later && line.state.startsWith('completion.')) process.cancel();
          return;
        }
        const at = line.seq - 1;
        const step = this.#path.steps[at];
        if (step === undefined || step.state !== line.state) return;
        // Its actor runs already, and was arranged for.
        if (this.#path.steps[at - 1]?.outcome === 'CANCEL' && this.#isSame(at - 1, at)) return;
        this.#world.calm(snapshot.context, inputIn(line));
        if (step.outcome !== 'CANCEL') return this.#arrange(step);
        const answered = this.#path.steps[at + 1];
        const { state, outcome } = answered ?? step;
        later = state === 'confirmation.reattaching.reattachingDependent' && outcome === 'done';
        if (!later) process.cancel();
        if (answered !== undefined && this.#isSame(at, at + 1)) this.#arrange(answered);
      },
    };
    const process: Process = this.#world.lab.process(options);
    return process;
  }

  #isSame(one: number, other: number): boolean {
    return this.#path.steps[one]?.state === this.#path.steps[other]?.state;
  }

  #arrange({ actor, outcome }: Step): void {
    if (actor === null) return;
    const arrange = arrangements[actor][outcome];
    if (arrange === undefined) throw new Error(`nothing arranges ${actor}=${outcome}`);
    arrange(this.#world);
  }
}

/** What the actor of a line is given. */
function inputIn({ snapshot }: JournalLine): Readonly<Record<string, unknown>> {
  const children = snapshot['children'] as
    | Partial<Record<ActorName, { snapshot: { input: Record<string, unknown> } }>>
    | undefined;
  return Object.values(children ?? {})[0]?.snapshot.input ?? {};
}

/** The first place where the lines are not those of the path. */
function differences({ steps, end }: Path, lines: readonly JournalLine[]): string[] {
  const wanted = [...steps.map(({ state }) => state), end];
  for (const [at, state] of wanted.entries()) {
    const line = lines[at];
    const step = steps[at - 1];
    const asked = step === undefined ? 'begins' : signatureOf(step.event);
    const given = line === undefined ? 'nothing' : signatureOf(line.event);
    if (line?.state === state && asked === given) continue;
    const detail = line === undefined ? '' : ` ${JSON.stringify(line.event)}`;
    return [
      `step ${at}: ${step?.actor ?? ''}=${step?.outcome ?? ''} (${asked}) was to lead to ${state}, ` +
        `got ${given} and ${line?.state ?? 'no line'}${detail}`,
    ];
  }
  if (lines.length > wanted.length) return [`it goes on after its end, to ${lines.at(-1)?.state}`];
  return [];
}

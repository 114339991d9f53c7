/**
 * The world of one path: an engine in memory with an original, and what is done to both just
 * before an actor runs, so that the real actor gives the answer that the path wants.
 */
import type { Context, Options, Undo } from '../../../machines/index.js';
import type { Path, PathSet, Setting } from '../../../src/model/index.js';
import { Attached, Lab, Watched, sandboxLabels, undoOf } from '../../harness/index.js';
import type { Stand } from '../../harness/index.js';
import { isRunning, type Call, type MemoryContainer, type Verdict } from '../../memory/index.js';

/** Decides what becomes of a call to the engine; nothing returned: it passes. */
export type Fault = (call: Call) => Verdict | undefined;

const armed = ['always', 'unless-stopped', 'on-failure:3'] as const;

/** Policies take turns; only one that starts it again can fail to be taken away. */
function policyFor({ steps }: Pick<Path, 'steps'>, index: number): string {
  const isKept = steps.some(
    ({ actor, outcome }) => actor === 'disarmOriginal' && outcome === 'fails',
  );
  const policies = isKept ? armed : [...armed, 'no'];
  return policies[Math.floor(index / 3) % policies.length] ?? 'no';
}

/** By then the gateway has seen it. */
const SUPERVISED_MS = 3000;

/** The name of what depends on the container. */
export const riderName = 'side-0';

/** The command that the readiness source `command` runs; it is asked of scripted containers only. */
const readyCommand = ['ready?'];

export class World implements Stand {
  readonly lab: Lab;
  readonly originalId: string;
  readonly watched: Watched;
  readonly riders = [riderName];
  /** What depends on it; null: nothing does. */
  attached: Attached | null = null;
  readonly ready: 'health' | 'command';
  /** The original's restart policy. */
  readonly policy: string;
  /** What others brought during the run, by ID: it is not ours to remove. */
  readonly brought = new Set<string>();
  /** Somebody else removed the original: then nothing can bring it back. */
  originalTaken = false;
  /** Somebody else removed the replacement. */
  replacementTaken = false;
  /** Somebody else started the one without the name: from then on it may point beside what runs. */
  strayStarted = false;
  readonly renamed = false;
  readonly backupMovedUnseen = false;
  readonly eitherRuns = false;
  /** What the actor that is about to run was given. */
  input: Readonly<Record<string, unknown>> = {};
  /** Exit codes of what is run inside the replacement. */
  exec = { gpu: 0, ready: 0 };
  #context: Context | null = null;
  #fault: Fault | null = null;
  #mend: (() => void)[] = [];

  /** @param index of the path in its set: policies and readiness sources take turns */
  constructor(
    readonly set: Pick<PathSet, 'setting'>,
    readonly path: Pick<Path, 'steps'>,
    readonly index: number,
  ) {
    const several = set.setting.candidates.length > 1;
    // A modern engine has all three modes; below API 1.44 networks are connected one by one.
    const { gateway } = set.setting;
    this.lab = new Lab({
      engine: { apiVersion: several ? '1.51' : '1.41' },
      ...(gateway === 'none' ? {} : { gateway }),
    });
    this.ready = index % 3 === 0 ? 'command' : 'health';
    const restart = policyFor(path, index);
    this.policy = restart.split(':')[0] ?? 'no';
    const { engine } = this.lab;
    engine.run({ name: 'bystander', volumes: ['theirs:/theirs'] });
    engine.script((container) => container.path !== '/sbin/docker-init', {
      health: [],
      exec: ([command]) => ({
        exitCode: command === readyCommand[0] ? this.exec.ready : this.exec.gpu,
        output: 'GPU 0\n',
      }),
    });
    const hasGpu = path.steps.some(({ outcome }) => outcome === 'unchanged');
    this.originalId = engine.run({
      name: 'box',
      restart,
      networks: ['home', ...set.setting.networks].map((name) => ({ name, aliases: ['api'] })),
      volumes: ['data:/data'],
      health: { cmd: 'true' },
      ...(gateway === 'none' ? {} : { labels: sandboxLabels() }),
      written: set.setting.layer === 'carried' ? ['/etc/ours', '/var/ours'] : [],
      ...(set.setting.original === 'running'
        ? {}
        : { state: index % 2 === 0 ? ('exited' as const) : ('created' as const) }),
      ...(hasGpu ? { gpu: 'gpus' as const } : {}),
    });
    // Until its supervisor is there.
    if (gateway !== 'none') this.lab.clock.advance(SUPERVISED_MS);
    const rider = set.setting.dependents > 0 && set.setting.intent === 'graft';
    const others = rider ? [this.#rides(this.originalId)] : [];
    this.watched = new Watched(this.lab, this.originalId, others);
  }

  /** A container that lives in the network of that one, if it runs. @returns its ID */
  #rides(id: string): string {
    const state = this.set.setting.original === 'running' ? 'running' : 'created';
    const rider = this.lab.engine.run({ name: riderName, networks: [`container:${id}`], state });
    this.attached = new Attached(this.lab, 'box', [riderName]);
    return rider;
  }

  get isUndo(): boolean {
    return this.set.setting.intent === 'undo';
  }

  get ran(): boolean {
    return this.set.setting.original === 'running';
  }

  /** The run's options, as the path's setting has them. */
  get options(): Partial<Options> {
    const { setting } = this.set;
    return {
      mode: setting.candidates.length > 1 ? 'auto' : 'gpus',
      ready: this.ready,
      readyCommand: this.ready === 'command' ? readyCommand : null,
      stableForMs: 0,
      allowDependents: setting.dependents > 0,
      layer: setting.layer === 'clean' ? 'refuse' : 'carry',
      ...limitsOf(setting),
    };
  }

  /** A finished graft whose backup was kept, for a run that undoes it. */
  async graftBefore(): Promise<Undo> {
    const { lab, options } = this;
    const ended = await lab.graft('box', { ...options, ready: 'running', keepBackup: true });
    const undo = undoOf(ended);
    if (undo.gateway !== null) lab.clock.advance(SUPERVISED_MS);
    if (this.set.setting.dependents > 0) this.#rides(undo.replacementId);
    lab.engine.core.touched.clear();
    return undo;
  }

  /** A new actor is about to run, in a world in which nothing is broken. */
  calm(context: Context, input: Readonly<Record<string, unknown>>): void {
    this.#context = context;
    this.input = input;
    this.heal();
  }

  /** Nothing is broken any more. */
  heal(): void {
    this.#fault = null;
    this.exec = { gpu: 0, ready: 0 };
    this.lab.gateway.breakCalls(null);
    for (const mend of this.#mend.splice(0)) mend();
  }

  /** Breaks calls to the engine while this actor runs. */
  breakCalls(fault: Fault): void {
    this.#fault = fault;
  }

  /** Breaks something else while this actor runs. */
  breaks(mend: () => void): void {
    this.#mend.push(mend);
  }

  /** For the process's hooks. */
  readonly before = (call: Call): Verdict | undefined => {
    const verdict = this.#fault?.(call);
    if (verdict !== undefined) return verdict;
    const { setting } = this.set;
    if (setting.candidates.length === 1 || call.method !== 'engine') return undefined;
    // A client that speaks an older API with a newer engine: all modes, and networks one by one.
    return { kind: 'alter', answer: (facts) => ({ ...(facts as object), apiVersion: '1.43' }) };
  };

  get context(): Context {
    if (this.#context === null) throw new Error('nothing was entered yet');
    return this.#context;
  }

  /** One that was made again is the original from then on. */
  get originalIdNow(): string {
    return this.#context?.original?.id ?? this.originalId;
  }

  get original(): MemoryContainer | null {
    return this.lab.engine.core.containers.get(this.originalIdNow) ?? null;
  }

  get replacement(): MemoryContainer | null {
    return this.lab.engine.core.containers.get(this.context.replacement?.id ?? '') ?? null;
  }
}

export const runs = (container: MemoryContainer | null): boolean =>
  container !== null && isRunning(container);

export const policyOf = (container: MemoryContainer | null): string =>
  container?.hostConfig.RestartPolicy.Name || 'no';

/** A text that the actor was given; null where there is none. */
export function textIn({ input }: World, key: string): string | null {
  const value = input[key];
  return typeof value === 'string' ? value : null;
}

const limitsOf = (setting: Setting): Partial<Options> => ({
  errorDebounce: setting.errorDebounce,
  maxPolls: setting.maxPolls,
  maxRestarts: setting.maxRestarts,
  maxRepairs: setting.maxRepairs,
  keepBackup: setting.keepBackup,
  defer: setting.defer,
  backup: setting.gateway === 'none' ? setting.backup : 'auto',
});

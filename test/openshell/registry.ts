/**
 * The gateway's records, and what each look at the engine makes of them. Nothing here waits or asks:
 * whoever has the containers hands them in, so that an engine in memory can be watched in step.
 */
import type { Traits } from './generation.js';
import { GatewayLog } from './log.js';
import { afterLook, afterSession, seenAs } from './phase.js';
import type { Phase, Verdict } from './phase.js';
import { Playing } from './script.js';
import type { Script } from './script.js';
import { folded, identityOf, newestOf, sandboxIdOf } from './watched.js';
import type { SandboxIdentity, WatchedContainer } from './watched.js';

/** Whether a container's supervisor holds a session with the gateway; asked of running ones only. */
export type SupervisorOf = (container: WatchedContainer) => 'live' | 'absent';

export interface Sandbox extends SandboxIdentity, Verdict {
  readonly createdAt: number;
  /** Grows with every change. */
  readonly version: number;
}

type Look = readonly WatchedContainer[];

export class Registry {
  readonly log = new GatewayLog();
  readonly #records = new Map<string, Sandbox>();
  /** By sandbox, the entry that the last poll found. */
  #published = new Map<string, string>();
  /** Sandboxes with a supervisor's session. */
  #live = new Set<string>();
  /** Sandboxes that the engine is starting for the gateway. */
  readonly #underWay = new Set<string>();
  readonly #scripts = new Map<string, Playing>();
  /** What was true when. */
  readonly #history: { readonly at: number; readonly records: readonly Sandbox[] }[] = [];
  #hasPolled = false;

  constructor(
    readonly traits: Traits,
    private readonly now: () => number,
    private readonly supervisorOf: SupervisorOf,
  ) {}

  /** A sandbox that is being created: its record is there before its container. */
  register(identity: SandboxIdentity): void {
    this.#set(identity, { phase: 'Provisioning', reason: 'Creating' });
    this.#remember();
  }

  /** Every 2 s: what has changed is published, and what is gone is deleted. */
  polled(containers: Look): void {
    this.sessions(containers);
    const entries = folded(containers);
    const published = new Map<string, string>();
    for (const [id, container] of entries) {
      const entry = `${container.id} ${container.name} ${container.status}`;
      published.set(id, entry);
      if (this.#published.get(id) !== entry) this.#publish(container);
    }
    for (const id of this.#published.keys()) if (!entries.has(id)) this.#forget(id);
    this.#published = published;
    this.#hasPolled = true;
    this.#saw('poll', containers);
  }

  /** Every 60 s: each record is looked up by itself. */
  swept(containers: Look): void {
    this.sessions(containers);
    for (const { id } of this.all()) {
      const newest = newestOf(containers, id);
      if (newest !== null) this.#publish(newest);
    }
    this.#saw('sweep', containers);
  }

  /** Supervisors connect and disconnect by themselves, whenever that is. */
  sessions(containers: Look): void {
    const running = containers.filter(({ status }) => status === 'running');
    const live = new Set(
      running.filter((one) => this.supervisorOf(one) === 'live').map(sandboxIdOf),
    );
    for (const record of this.all()) {
      const connected = live.has(record.id);
      if (connected !== this.#live.has(record.id)) {
        this.#become(record, afterSession(record.phase, connected));
      }
      const own = running.filter((one) => sandboxIdOf(one) === record.id);
      const ids = own.map(({ id }) => id);
      this.#scripts.get(record.id)?.look(ids, this.#records.get(record.id)?.phase ?? record.phase);
    }
    this.#live = live;
    this.#remember();
  }

  /** The gateway's own doing: `sandbox stop`, `start`, `delete`. */
  become(record: Sandbox, verdict: Verdict): void {
    this.#become(this.#records.get(record.id) ?? record, verdict);
    this.#remember();
  }

  /**
   * The engine is about to start its container. Until it has, what was stopped still reads exited:
   * an instant in life, which a clock that is sped up would make a chance.
   */
  starting(record: Sandbox): void {
    this.become(record, { phase: 'Starting', reason: 'Starting' });
    this.#underWay.add(record.id);
  }

  /** It has, or has refused. A start is a new life: the next poll's entry counts as changed, and a session as a new one. */
  started(record: Sandbox): void {
    this.#underWay.delete(record.id);
    if (this.#published.has(record.id)) this.#published.set(record.id, '');
    this.#live.delete(record.id);
  }

  /** The record of a sandbox that is deleted. */
  drop(record: Sandbox): void {
    this.#forget(record.id);
    this.#published.delete(record.id);
    this.#remember();
  }

  all(): readonly Sandbox[] {
    return [...this.#records.values()];
  }

  /** @param workspace null: in whichever; a generation without workspaces has it in all of them */
  find(name: string, workspace: string | null = null): Sandbox | null {
    const isIn = ({ workspace: own }: Sandbox): boolean =>
      workspace === null || own === '' || own === workspace;
    return this.all().find((record) => record.name === name && isIn(record)) ?? null;
  }

  /** What stood so many milliseconds ago, scripts aside. */
  lagging(ms: number): readonly Sandbox[] {
    if (ms === 0) return this.all();
    const then = this.now() - ms;
    return this.#history.findLast(({ at }) => at <= then)?.records ?? [];
  }

  script(name: string, script: Script | null, containers: Look): void {
    const record = this.find(name);
    if (record === null) throw new Error(`no sandbox ${name} to script`);
    const known = containers.filter((one) => sandboxIdOf(one) === record.id);
    if (script === null) this.#scripts.delete(record.id);
    else this.#scripts.set(record.id, new Playing(script, new Set(known.map(({ id }) => id))));
  }

  /** As it is told to whoever asks: a script goes before the truth. */
  told(record: Sandbox): Sandbox {
    const phase = this.#scripts.get(record.id)?.phaseFor(record.phase) ?? null;
    return phase === null ? record : { ...record, phase, reason: 'Scripted' };
  }

  /** Equal for two registries that will say the same from now on of containers that are alike. */
  fingerprint(): string {
    const records = this.all().map(({ id, phase, reason }) => [id, phase, reason]);
    const scripts = [...this.#scripts].map(([id, playing]) => [id, playing.left]);
    return JSON.stringify([records, [...this.#published], [...this.#live], scripts]);
  }

  /** A `list` has read the script's next phase. */
  turn(record: Sandbox): void {
    this.#scripts.get(record.id)?.turn();
  }

  #publish(container: WatchedContainer): void {
    const identity = identityOf(container);
    const record = this.#records.get(identity.id);
    if (this.#underWay.has(identity.id)) return;
    const seen = seenAs(container.status, this.#live.has(identity.id), this.traits);
    if (record !== undefined) this.#become(record, afterLook(record.phase, seen, this.traits));
    // What stands when a gateway begins to look is what its store has from before.
    else if (this.traits.adoptsUnknown || !this.#hasPolled) this.#set(identity, seen);
  }

  #become(record: Sandbox, verdict: Verdict | null): void {
    if (verdict === null) return;
    if (record.phase === verdict.phase && record.reason === verdict.reason) return;
    this.#set(record, verdict);
  }

  #set({ id, name, workspace }: SandboxIdentity, { phase, reason }: Verdict): void {
    const before = this.#records.get(id);
    const createdAt = before?.createdAt ?? this.now();
    const version = (before?.version ?? 0) + 1;
    this.#records.set(id, { id, name, workspace, phase, reason, createdAt, version });
    if (before?.phase === phase) return;
    const from: Phase | null = before?.phase ?? null;
    this.log.add({ at: this.now(), sandbox: name, kind: 'phase', from, to: phase, reason });
  }

  #forget(id: string): void {
    const record = this.#records.get(id);
    if (record === undefined) return;
    this.#records.delete(id);
    this.#live.delete(id);
    this.#underWay.delete(id);
    this.#scripts.delete(id);
    this.log.add({ at: this.now(), sandbox: record.name, kind: 'deleted' });
  }

  #saw(kind: 'poll' | 'sweep', containers: Look): void {
    for (const { id, name, phase } of this.all()) {
      const labelled = containers.filter((one) => sandboxIdOf(one) === id).length;
      this.log.add({ at: this.now(), sandbox: name, kind, labelled, phase });
    }
    this.#remember();
  }

  /** What the first poll found is taken to have stood for long. */
  #remember(): void {
    if (!this.#hasPolled) return;
    const records = this.all();
    const last = this.#history.at(-1);
    const same =
      last?.records.length === records.length &&
      last.records.every((record, place) => record === records[place]);
    if (!same)
      this.#history.push({ at: this.#history.length === 0 ? -Infinity : this.now(), records });
  }
}

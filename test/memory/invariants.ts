/** Facts that must hold, as functions that say what does not (facts/reliability.md, by its numbers). */
import type { RestartPolicy } from '../../src/docker/port.js';
import type { MemoryEngine } from './engine.js';
import { canonical } from './json.js';
import { isRunning, type MemoryContainer } from './state.js';

/** Read anew at every look: a Set may grow. */
type Ids = ReadonlySet<string> | readonly string[];

export interface Watch {
  /** What went wrong so far; grows. */
  readonly violations: string[];
  readonly stop: () => void;
}

function watching(engine: MemoryEngine, check: () => string | null): Watch {
  const violations: string[] = [];
  const look = (): void => {
    const found = check();
    if (found !== null && violations.at(-1) !== found) violations.push(found);
  };
  look();
  return { violations, stop: engine.watch(look) };
}

const present = (engine: MemoryEngine, ids: Ids): MemoryContainer[] =>
  [...ids].flatMap((id) => engine.core.containers.get(id) ?? []);

/**
 * 2, T: of these containers never two run together by our doing. Pass a Set to add the
 * replacement's ID once it is known. A second one that an outsider starts is not held
 * against us; starting one beside it is.
 */
export function neverBothRunning(engine: MemoryEngine, ids: Ids): Watch {
  return watching(engine, () => {
    const running = present(engine, ids).filter(isRunning);
    const last = running.toSorted((a, b) => a.startOrder - b.startOrder).at(-1);
    if (running.length < 2 || last?.startedBy === 'outsider') return null;
    return `running together: ${running.map(({ name }) => name).join(' and ')}`;
  });
}

/** 2, T: while one of these runs, the name that people use does not point at another one of them. */
export function nameFollowsTheRunning(engine: MemoryEngine, name: string, ids: Ids): Watch {
  return watching(engine, () => {
    const ours = present(engine, ids);
    const running = ours.filter(isRunning);
    const holder = engine.core.names.get(name);
    const stray = running.length > 0 && ours.some(({ id }) => id === holder);
    if (!stray || running.some(({ id }) => id === holder)) return null;
    return `${name} points at a second container while ${running[0]?.name} runs`;
  });
}

/** What stands on an engine before a run, to be compared with afterwards. */
export interface Baseline {
  readonly containers: ReadonlySet<string>;
  readonly images: ReadonlyMap<string, string>;
  readonly volumes: ReadonlyMap<string, string>;
}

/** Taken before the run. @param ids of the containers that the run is about: not compared */
export function baseline(engine: MemoryEngine, ids: Ids): Baseline {
  const ours = new Set(ids);
  const { containers, images, volumes } = engine.core;
  return {
    containers: new Set([...containers.keys()].filter((id) => !ours.has(id))),
    images: new Map([...images.values()].map(({ id, tags }) => [id, [...tags].toSorted().join()])),
    volumes: new Map([...volumes.values()].map((volume) => [volume.name, canonical(volume)])),
  };
}

export interface Rest {
  /** The name that people use. */
  readonly name: string;
  /** Original, replacement, re-created original: whichever were there at some time. */
  readonly ids: readonly string[];
  /** The original's. */
  readonly policy: RestartPolicy;
  /** Whether the original ran. */
  readonly running: boolean;
  readonly before: Baseline;
  /** What was asked to stay: a kept backup's ID, its image, its volume. */
  readonly kept?: readonly string[];
}

/** All of the below: what is wrong with an engine that has come to rest. Empty: nothing. */
export function atRest(engine: MemoryEngine, rest: Rest): string[] {
  return [
    ...oneRuns(engine, rest),
    ...oneHasTheName(engine, rest),
    ...policiesStand(engine, rest),
    ...nothingLeft(engine, rest),
    ...othersUntouched(engine, rest),
  ];
}

/** 2, at rest. */
export function oneRuns(engine: MemoryEngine, { ids }: Pick<Rest, 'ids'>): string[] {
  const running = present(engine, ids).filter(isRunning);
  return running.length > 1 ? [`2: ${running.map(({ name }) => name).join(' and ')} run`] : [];
}

/** 5: exactly one of ours has the name, and runs if the original ran. */
export function oneHasTheName(
  engine: MemoryEngine,
  { name, ids, running }: Pick<Rest, 'name' | 'ids' | 'running'>,
): string[] {
  const holder = engine.core.containers.get(engine.core.names.get(name) ?? '');
  if (holder === undefined) return [`5: nobody has the name ${name}`];
  if (!ids.includes(holder.id)) return [`5: ${name} is a stranger`];
  if (isRunning(holder) === running) return [];
  return [`5: ${name} is ${holder.status}, the original was ${running ? 'running' : 'down'}`];
}

/** 7: the living one has the original's policy, every other one of ours has `no`. */
export function policiesStand(
  engine: MemoryEngine,
  { name, ids, policy }: Pick<Rest, 'name' | 'ids' | 'policy'>,
): string[] {
  return present(engine, ids).flatMap((container) => {
    const { Name: has, MaximumRetryCount: most } = container.hostConfig.RestartPolicy;
    const living = container.name === name;
    const wants = living ? policy : { name: 'no', maximumRetryCount: 0 };
    const same = (has || 'no') === (wants.name || 'no') && (most ?? 0) === wants.maximumRetryCount;
    return same ? [] : [`7: ${container.name} has restart policy ${has || 'no'}:${most ?? 0}`];
  });
}

/** 8: nothing of ours is left: container, image, volume. */
export function nothingLeft(
  engine: MemoryEngine,
  { name, before, kept = [] }: Pick<Rest, 'name' | 'before' | 'kept'>,
): string[] {
  const { containers, images, volumes, names } = engine.core;
  const survivor = names.get(name);
  const extra = (what: string, now: Iterable<string>, then: { has(key: string): boolean }) =>
    [...now]
      .filter((key) => !then.has(key) && key !== survivor && !kept.includes(key))
      .map((key) => `8: ${what} ${containers.get(key)?.name ?? key} is left`);
  const half = [...names]
    .filter(([, id]) => !containers.has(id))
    .map(([taken]) => `8: the name ${taken} is taken by nothing`);
  return [
    ...extra('container', containers.keys(), before.containers),
    ...half,
    ...extra('image', images.keys(), before.images),
    ...extra('volume', volumes.keys(), before.volumes),
  ];
}

/** 10: no call of ours has changed what is not ours: container, image, volume. */
export function othersUntouched(engine: MemoryEngine, { before }: Pick<Rest, 'before'>): string[] {
  const { touched, containers, events } = engine.core;
  const nameOf = (id: string): string =>
    containers.get(id)?.name ?? events.findLast((event) => event.id === id)?.name ?? id;
  const now = baseline(engine, []);
  const changed = (
    what: string,
    then: ReadonlyMap<string, string>,
    is: ReadonlyMap<string, string>,
  ): string[] =>
    [...then]
      .filter(([key, value]) => is.get(key) !== value)
      .map(([key]) => `10: ${what} ${key} has changed`);
  return [
    ...[...before.containers]
      .filter((id) => touched.has(id))
      .map((id) => `10: container ${nameOf(id)} was touched`),
    ...changed('image', before.images, now.images),
    ...changed('volume', before.volumes, now.volumes),
  ];
}

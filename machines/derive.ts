/** Pure look-ups in the context that several states share; each throws where a phase was entered without what it rests on. */
import type { Context } from './vocabulary/context.js';
import type { Warning } from './vocabulary/failure.js';
import type { ActorOutput, GpuRequest } from './vocabulary/contracts.js';
import type { Litter, Original, Snapshot } from './vocabulary/facts.js';
import type { Mode } from './vocabulary/modes.js';
import { backupName, probeName, recreatedName, replacementName } from './vocabulary/names.js';

/** Reads a fact that an earlier phase recorded. @throws Error a bug in the machine's order */
export function known<T>(value: T | null, what: string): T {
  if (value === null) throw new Error(`the machine reached a state without knowing ${what}`);
  return value;
}

export const originalOf = (context: Context): Original => known(context.original, 'the original');

export const candidateOf = (context: Context): Mode =>
  known(context.plan?.candidates[context.candidate] ?? null, 'the candidate mode');

export const probeNameOf = (context: Context): string =>
  probeName(context.runId, candidateOf(context));

export const litterNamed = (context: Context, name: string): Litter =>
  known(context.litter.find((l) => l.name === name) ?? null, `the container ${name}`);

/** The next thing of ours to remove: images after what may use them, and claims, which go last, not at all. */
export const nextLitter = (context: Context): Litter | null =>
  context.litter.find((l) => l.kind !== 'claim' && l.kind !== 'image') ??
  context.litter.find((l) => l.kind === 'image') ??
  null;

/** The claim on the original is let go after the one on the replacement. */
export const nextClaim = (context: Context): Litter | null =>
  context.litter.findLast((l) => l.kind === 'claim') ?? null;

export const backupNameOf = (context: Context): string =>
  context.backup?.name ?? backupName(originalOf(context).name, context.runId);

export const unmadeReplacement = (context: Context): NonNullable<Context['replacement']> => ({
  id: null,
  name: replacementName(originalOf(context).name, context.runId),
  startAsked: false,
  startedAt: null,
  gone: false,
});

export const replacementIdOf = (context: Context): string =>
  known(context.replacement?.id ?? null, "the replacement's ID");

/** For the states in which a replacement need not exist: null where none was made, or it is not known. */
export const pairSoFar = (
  context: Context,
): { originalId: string; replacementId: string | null } => ({
  originalId: originalOf(context).id,
  replacementId: context.replacement?.id ?? null,
});

export const pairOf = (context: Context): { originalId: string; replacementId: string } => ({
  originalId: originalOf(context).id,
  replacementId: replacementIdOf(context),
});

export const requestOf = (context: Context): GpuRequest => ({
  mode: known(context.mode, 'the mode'),
  devices: context.options.devices,
  network: context.options.network,
  image: context.carried?.imageId ?? known(context.plan, 'the plan').image,
  daemonUlimits: context.daemonUlimits,
  dns: known(context.plan, 'the plan').dns,
});

/** From what the original can be made again once it is removed. */
export const snapshotOf = (context: Context): Snapshot => ({
  runId: context.runId,
  imageId: context.carried?.imageId ?? originalOf(context).imageId,
  imageName: known(context.plan, 'the plan').image,
  daemonUlimits: context.daemonUlimits,
});

/** The snapshot that stands for an original that was removed. */
export const keptSnapshotOf = (context: Context): Snapshot =>
  known(context.backup?.snapshot ?? null, 'the snapshot');

export const recreatedNameOf = (context: Context): string =>
  recreatedName(originalOf(context).name, context.runId);

/** What the removal of a container of ours needs to know. */
export const removalOf = (
  context: Context,
  litter: Litter | null,
): Litter & { imageId: string } => ({
  ...known(litter, 'what is to be removed'),
  imageId: originalOf(context).imageId,
});

/** Without what an earlier proof of the GPU could not show. */
export const withoutProofWarnings = (context: Context): Pick<Context, 'warnings'> => ({
  warnings: context.warnings.filter(({ code }) => code !== 'gpu-unshown'),
});

/** What there is to say of a backup that is gone. */
export const warningsOf = (answer: ActorOutput<'removeBackup'>): { warnings: Warning[] } => ({
  warnings: answer.result === 'removed' ? answer.warnings : [],
});

/** Each warning once, however often its step was run. */
export const withWarnings = (
  context: Pick<Context, 'warnings'>,
  more: readonly Warning[],
): Warning[] => [
  ...context.warnings,
  ...more.filter((warning) => !context.warnings.some((known) => known.message === warning.message)),
];

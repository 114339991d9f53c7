/** Pure look-ups in the context that several states share; each throws where a phase was entered without what it rests on. */
import type { Context } from './vocabulary/context.js';
import type { Warning } from './vocabulary/failure.js';
import type { ActorInput, ActorOutput, GpuRequest } from './vocabulary/contracts.js';
import type { Dependent, Gateway, Litter, Original, Snapshot } from './vocabulary/facts.js';
import type { Mode } from './vocabulary/modes.js';
import { backupName, probeName, recreatedName, replacementName } from './vocabulary/names.js';

/** Reads a fact that an earlier phase recorded. @throws Error a bug in the machine's order */
export function known<T>(value: T | null, what: string): T {
  if (value === null) throw new Error(`the machine reached a state without knowing ${what}`);
  return value;
}

export const originalOf = (context: Context): Original => known(context.original, 'the original');

export const gatewayOf = (context: Context): Gateway => known(context.gateway, 'the gateway');

/** Of a dependent it is known whether it ran: it may have died with what it shares a namespace with. */
export const asFound = ({ rejoin }: Context, original: Original): Original => ({
  ...original,
  running: rejoin?.running ?? original.running,
});

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

/** A replacement whose making was begun, and of which no more is known. */
export const strayOf = (context: Context): Litter | null =>
  context.litter.find(({ kind }) => kind === 'replacement') ?? null;

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
  mode: context.rejoin === null ? known(context.mode, 'the mode') : null,
  devices: context.options.devices,
  network: context.options.network,
  image: context.carried?.imageId ?? known(context.plan, 'the plan').image,
  daemonUlimits: context.daemonUlimits,
  dns: known(context.plan, 'the plan').dns,
  rejoin: context.rejoin,
});

/** Whose dependents are looked for: those of what has the name now. */
export const dependedOn = (context: Context): Omit<ActorInput<'findDependents'>, 'options'> => {
  const { id, name, running } = originalOf(context);
  return { id: context.intent === 'undo' ? replacementIdOf(context) : id, name, running };
};

/** What stands under the name of the container that is to be put back, which a dependent's own run does not start. */
export const originalToVerify = (context: Context): Original => ({
  ...originalOf(context),
  running: originalOf(context).running && context.rejoin === null,
});

export const dependentOf = ({ dependents, reattached }: Context): Dependent =>
  known(dependents[reattached] ?? null, 'the dependent');

/** How the next dependent is attached to what has the name now, on either way. */
export const reattachmentOf = (
  context: Context,
  way: 'forward' | 'back',
): ActorInput<'reattachDependent'> => {
  const { originalId, replacementId } = pairSoFar(context);
  const to = way === 'forward' ? replacementIdOf(context) : originalId;
  return {
    dependent: dependentOf(context),
    number: context.reattached + 1,
    way,
    cancellable: way === 'forward' && !context.confirmed,
    from: way === 'forward' ? originalId : replacementId,
    to,
    toName: originalOf(context).name,
    options: context.options,
    daemonUlimits: context.daemonUlimits,
  };
};

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

/** For the two that take an original away: what has to be seen in its place first. */
export const displacedBy = (context: Context): ActorInput<'retireOriginal'> => ({
  ...pairOf(context),
  backupName: backupNameOf(context),
  replacementName: originalOf(context).name,
  isToRun: originalOf(context).running,
});

/** What a stop through the gateway has in common with any other. @throws Error one that was refused */
export function stopOf(answer: ActorOutput<'stopSandbox'>): ActorOutput<'stopOriginal'> {
  if (answer.verdict === 'refused') throw new Error('the machine took a stop that was refused');
  const { finishedAt, exitCode, policy } = answer;
  return { finishedAt, exitCode, policy };
}

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

/** The backup as the last look found it: others may have renamed or removed it while the run went on. */
export function withBackupSeen(
  { backup, warnings }: Context,
  answer: ActorOutput<'verifyReplacement'>,
): Pick<Context, 'backup' | 'warnings'> {
  if (backup === null || backup.removed === true || backup.snapshot !== null) {
    return { backup, warnings };
  }
  const seen = answer.verdict === 'verified' ? answer.backupName : backup.name;
  if (seen === backup.name) return { backup, warnings };
  const untold = warnings.filter(({ code }) => code !== 'backup-leaked');
  if (seen === null) {
    const message = `somebody else has removed the backup ${backup.name}`;
    return {
      backup: { ...backup, removed: true },
      warnings: [...untold, { code: 'backup-gone', message }],
    };
  }
  const message = `somebody else has renamed the backup ${backup.name} to ${seen}`;
  return {
    backup: { ...backup, name: seen },
    warnings: [...warnings, { code: 'backup-renamed', message }],
  };
}

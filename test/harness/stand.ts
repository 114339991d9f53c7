/** What must hold once a run has come to its end, whatever was done to it (facts/reliability.md, by its numbers). */
import type { Context } from '../../machines/index.js';
import type { Report } from '../../src/report.js';
import {
  isRunning,
  nothingLeft,
  oneHasTheName,
  oneRuns,
  othersUntouched,
} from '../memory/index.js';
import type { MemoryContainer } from '../memory/index.js';
import type { Attached } from './attached.js';
import type { Lab } from './lab.js';
import type { Ended } from './process.js';
import type { Watched } from './rest.js';

/** What a run is about, and what others did to it meanwhile. */
export interface Stand {
  readonly lab: Lab;
  readonly watched: Watched;
  /** Whether the run undoes a finished one. */
  readonly isUndo: boolean;
  /** Whether the original ran before. */
  readonly ran: boolean;
  /** The original's restart policy, by its name. */
  readonly policy: string;
  /** The names of what depends on it. */
  readonly riders: readonly string[];
  /** The same, held to what depends on it; null: nothing does. */
  readonly attached: Attached | null;
  /** One that was made again is the original from then on. */
  readonly originalIdNow: string;
  /** What others brought during the run, by ID: it is not ours to remove. */
  readonly brought: ReadonlySet<string>;
  /** Somebody else removed the original: then nothing can bring it back. */
  readonly originalTaken: boolean;
  /** Somebody else removed the replacement. */
  readonly replacementTaken: boolean;
  /** Somebody else started the one without the name: from then on it may point beside what runs. */
  readonly strayStarted: boolean;
  /** Somebody else gave names away, or took one: who has which says nothing of the run then. */
  readonly renamed: boolean;
  /** They did so to the backup after the last look at it, which no report can tell any more. */
  readonly backupMovedUnseen: boolean;
  /** The engine was restarted, and one like it that nobody touched runs now, or does not, as it did not before. */
  readonly eitherRuns: boolean;
}

const originalOf = ({ lab, originalIdNow }: Stand): MemoryContainer | null =>
  lab.engine.core.containers.get(originalIdNow) ?? null;
const runs = (container: MemoryContainer | null): boolean =>
  container !== null && isRunning(container);
const policyOf = (container: MemoryContainer): string =>
  container.hostConfig.RestartPolicy.Name || 'no';

/** @returns what is wrong, by the number of its invariant; empty: nothing */
export function wrongAtRest(
  world: Stand,
  ended: Pick<Ended, 'report' | 'rest'>,
  end: string,
): string[] {
  const { report, rest } = ended;
  const context = rest?.snapshot.context;
  if (report === null || context === undefined) return ['the last process left no report'];
  return [
    ...byOurDoing(world),
    ...othersUntouched(world.lab.engine, world.watched),
    ...stillThere(world, context),
    ...leftBehind(world, context, report),
    ...(end === 'confirmation.awaitingDecision'
      ? asks(report, context)
      : byOutcome(end === 'confirmation.awaitingFinalize' ? 'deferred' : end)),
    ...reportedTruly(world, report, end),
    ...unattached(world, report),
  ];

  function byOutcome(outcome: string): string[] {
    if (report?.outcome !== outcome) return [`6: it reports ${report?.outcome}, not ${outcome}`];
    if (outcome === 'stranded') return strandedWell(report);
    const survivor = ['grafted', 'deferred'].includes(outcome)
      ? context?.replacement?.id
      : standing(world);
    return [
      ...oneRuns(world.lab.engine, { ids: [...world.watched.ids] }),
      ...named(world, survivor ?? ''),
      ...policies(world, survivor ?? ''),
      ...(['rolledBack', 'grafted', 'deferred'].includes(outcome) ? [] : untouched(world)),
    ];
  }
}

/** 2: what was seen at every change, less what followed from a start that somebody else made. */
export const byOurDoing = ({
  watched,
  strayStarted,
}: Pick<Stand, 'watched' | 'strayStarted'>): string[] =>
  watched.violations.filter((what) => !strayStarted || what.startsWith('running together'));

/** 5, so far as others have not taken the container or its name. */
function named(world: Stand, survivorId: string): string[] {
  const { engine } = world.lab;
  const isOriginal = survivorId === world.originalIdNow;
  const taken = isOriginal ? world.originalTaken : world.replacementTaken;
  if (world.renamed || (taken && engine.find(survivorId) === null)) return [];
  const running = world.eitherRuns ? runs(engine.find(survivorId)) : isToRun(world, survivorId);
  return oneHasTheName(engine, { name: world.watched.name, ids: [survivorId], running });
}

/** Where the original did not run, nothing does that somebody else has not started. */
function isToRun({ ran, lab }: Stand, survivorId: string): boolean {
  const survivor = lab.engine.core.containers.get(survivorId) ?? null;
  return ran || (survivor?.startedBy === 'outsider' && runs(survivor));
}

/** Who has the name before a run and after one that was refused or taken back. */
const standing = ({ isUndo, watched, lab, originalIdNow: originalId }: Stand): string => {
  const untouched = !lab.engine.core.touched.has(originalId);
  return isUndo && untouched ? (lab.engine.find(watched.name)?.id ?? '') : originalId;
};

/** 1: the original exists; or the run is confirmed and the replacement does. Others may take both. */
function stillThere(world: Stand, context: Context): string[] {
  const { originalTaken, replacementTaken, lab } = world;
  if (originalOf(world) !== null || originalTaken) return [];
  const { confirmed, replacement, backup, original: found } = context;
  // Made again, perhaps by a process that came after.
  if (lab.engine.core.containers.has(found?.id ?? '')) return [];
  if (lab.engine.core.images.has(backup?.snapshot?.imageId ?? '')) return [];
  const replaced = replacementTaken || lab.engine.core.containers.has(replacement?.id ?? '');
  return confirmed && replaced ? [] : ['1: the original is lost'];
}

/** 7: the survivor has the original's policy; what was started and is not used any more has none. */
function policies(world: Stand, survivorId: string): string[] {
  const { watched, lab, policy: wanted, renamed } = world;
  return [...watched.ids].flatMap((id) => {
    const container = lab.engine.core.containers.get(id) ?? null;
    // Where others gave names away, which one survives is not told by them: what was let be is as it was.
    if (renamed && !lab.engine.core.touched.has(id)) return [];
    // One that was never started stays down under every policy.
    if (container === null || (id !== survivorId && container.startedAt === null)) return [];
    const has = policyOf(container);
    const wants = id === survivorId ? wanted : 'no';
    return has === wants ? [] : [`7: ${container.name} has restart policy ${has}, not ${wants}`];
  });
}

/** A run that was refused has not touched what it was about. */
function untouched({ lab, watched, isUndo }: Stand): string[] {
  const { touched, containers } = lab.engine.core;
  const about = isUndo ? watched.ids : [watched.originalId];
  return [...about]
    .filter((id) => touched.has(id) && containers.get(id)?.startedAt != null)
    .map((id) => `refused, but ${containers.get(id)?.name} was touched`);
}

/** 8: what is left is the pair, or is named in the report. */
function leftBehind(world: Stand, context: Context, report: Report): string[] {
  const { watched, lab, brought, riders, originalTaken, replacementTaken } = world;
  const said = report.warnings.map(({ message }) => message).join('\n');
  const { containers } = lab.engine.core;
  const isNamed = ({ name, id }: MemoryContainer): boolean => {
    if (brought.has(id) || riders.includes(name) || said.includes(name)) return true;
    if (world.renamed && [context.original?.id, context.replacement?.id].includes(id)) return true;
    if (id === context.original?.id) return backupMayStay(report);
    // A run that rests, or is stranded, leaves the replacement where it is and says so.
    const rests = report.outcome === 'stranded' || report.outcome === null;
    if (id === context.replacement?.id) return rests || context.intent === 'undo';
    const isAtRest = context.question !== null || report.outcome === 'deferred';
    return isAtRest && isClaim(name, context);
  };
  const standing = [...containers.values()].filter(isNamed);
  // The image of a carried layer stays with the container that runs from it.
  const survivor = lab.engine.find(watched.name);
  const users = survivor === null ? standing : [...standing, survivor];
  // One that could not be removed is named; where a person decides, nothing is removed yet.
  const images = [...lab.engine.core.images.values()].filter(
    ({ comment }) =>
      comment !== '' &&
      (said.includes(comment) ||
        context.question !== null ||
        // It is of what somebody has taken from under it.
        (context.confirmed && replacementTaken) ||
        originalTaken),
  );
  const kept = [
    ...images.map(({ id }) => id),
    ...standing.map(({ id }) => id),
    ...users.map(({ imageId }) => imageId),
    // What is lost can be made again by hand from it alone.
    ...(report.outcome === 'stranded' ? [report.backup.image ?? ''] : []),
  ];
  return nothingLeft(lab.engine, { name: watched.name, before: watched.before, kept });
}

/** What depends on the container goes on with what has its name, or is named. */
function unattached({ attached }: Stand, { outcome, warnings }: Report): string[] {
  const isSaid = warnings.some(({ code }) => code === 'dependent-not-restored');
  const isOver = outcome === 'grafted' || outcome === 'rolledBack';
  return attached === null || isSaid || !isOver ? [] : attached.astray();
}

const backupMayStay = ({ outcome, backup }: Report): boolean =>
  outcome !== 'grafted' || backup.removed === false;

/** A rehearsal that a run was interrupted in goes with its claims. */
const isClaim = (name: string, { litter }: Context): boolean =>
  litter.some(({ kind, name: made }) => ['claim', 'rehearsal'].includes(kind) && made === name);

/** A run that waits for a person keeps its claims, and says what it asks. */
const asks = (report: Report, { question, changed }: Context): string[] => [
  ...(question === null ? ['it rests without a question'] : []),
  ...(report.outcome === 'stranded' && changed ? [] : [`6: it reports ${report.outcome}`]),
];

/** The words "rolled back" nowhere, and a reason. */
const strandedWell = ({ rolledBack, reason }: Report): string[] => [
  ...(rolledBack === true ? ['6: stranded, but it says that it rolled back'] : []),
  ...(reason === null ? ['6: stranded without a reason'] : []),
];

/** 6: what the report says of backup and rollback is what a fresh look shows. */
function reportedTruly(world: Stand, report: Report, end: string): string[] {
  const original = originalOf(world);
  const wrong: string[] = [];
  if (report.backup.removed === true && original !== null)
    wrong.push('6: the backup is not removed');
  if (report.outcome === 'grafted') {
    const name = original?.name ?? null;
    const doubted = report.warnings.some(({ code }) => code === 'snapshot-not-kept');
    if (report.backup.kind === 'snapshot') {
      if (original !== null && !doubted) wrong.push('6: the original stands beside its snapshot');
    } else if (
      report.backup.removed === false &&
      name !== report.backup.name &&
      !world.backupMovedUnseen
    ) {
      wrong.push(`6: the backup is called ${name}, not ${report.backup.name}`);
    }
    if (runs(original)) wrong.push('2: the backup runs');
  }
  if ((report.rolledBack === true) !== (end === 'rolledBack')) {
    wrong.push(`6: it ends ${end} and reports rolledBack ${report.rolledBack}`);
  }
  return wrong;
}

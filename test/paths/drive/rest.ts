/** What must hold once a path has come to its end, whatever was done to it (facts/reliability.md). */
import type { Context } from '../../../machines/index.js';
import type { Report } from '../../../src/report.js';
import type { MemoryContainer } from '../../memory/index.js';
import { nothingLeft, oneHasTheName, oneRuns, othersUntouched } from '../../memory/index.js';
import type { Driven } from './follow.js';
import { policyOf, runs } from './world.js';
import type { World } from './world.js';

/** @returns what is wrong, by the number of its invariant; empty: nothing */
export function wrongAtRest({ world, ended }: Driven, end: string): string[] {
  const { report, rest } = ended;
  const context = rest?.snapshot.context;
  if (report === null || context === undefined) return ['the last process left no report'];
  return [
    ...byOurDoing(world),
    ...othersUntouched(world.lab.engine, world.watched),
    ...stillThere(world, context),
    ...leftBehind(world, context, report),
    ...(end === 'confirmation.awaitingDecision' ? asks(report, context) : byOutcome(end)),
    ...reportedTruly(world, report, end),
  ];

  function byOutcome(outcome: string): string[] {
    if (report?.outcome !== outcome) return [`6: it reports ${report?.outcome}, not ${outcome}`];
    if (outcome === 'stranded') return strandedWell(report);
    const survivor = outcome === 'grafted' ? context?.replacement?.id : standing(world);
    return [
      ...oneRuns(world.lab.engine, { ids: [...world.watched.ids] }),
      ...oneHasTheName(world.lab.engine, {
        name: 'box',
        ids: [survivor ?? ''],
        running: isToRun(world, survivor ?? ''),
      }),
      ...policies(world, survivor ?? ''),
      ...(outcome === 'rolledBack' || outcome === 'grafted' ? [] : untouched(world)),
    ];
  }
}

/** 2: what was seen at every change, less what followed from a start that somebody else made. */
const byOurDoing = ({ watched, strayStarted }: World): string[] =>
  watched.violations.filter((what) => !strayStarted || what.startsWith('running together'));

/** Where the original did not run, nothing does that somebody else has not started. */
function isToRun({ set, lab }: World, survivorId: string): boolean {
  const survivor = lab.engine.core.containers.get(survivorId) ?? null;
  return (
    set.setting.original === 'running' || (survivor?.startedBy === 'outsider' && runs(survivor))
  );
}

/** Who has the name before a run and after one that was refused or taken back. */
const standing = ({ set, watched, lab, originalIdNow: originalId }: World): string => {
  const isUndo = set.setting.intent === 'undo';
  const untouched = !lab.engine.core.touched.has(originalId);
  return isUndo && untouched ? (lab.engine.find(watched.name)?.id ?? '') : originalId;
};

/** 1: the original exists; or the run is confirmed and the replacement does. Others may take both. */
function stillThere(
  { original, originalTaken, replacementTaken, lab }: World,
  context: Context,
): string[] {
  if (original !== null || originalTaken) return [];
  const { confirmed, replacement, backup, original: found } = context;
  // Made again, perhaps by a process that came after.
  if (lab.engine.core.containers.has(found?.id ?? '')) return [];
  if (lab.engine.core.images.has(backup?.snapshot?.imageId ?? '')) return [];
  const replaced = replacementTaken || lab.engine.core.containers.has(replacement?.id ?? '');
  return confirmed && replaced ? [] : ['1: the original is lost'];
}

/** 7: the survivor has the original's policy; what was started and is not used any more has none. */
function policies({ watched, lab, policy: wanted }: World, survivorId: string): string[] {
  return [...watched.ids].flatMap((id) => {
    const container = lab.engine.core.containers.get(id) ?? null;
    // One that was never started stays down under every policy.
    if (container === null || (id !== survivorId && container.startedAt === null)) return [];
    const has = policyOf(container);
    const wants = id === survivorId ? wanted : 'no';
    return has === wants ? [] : [`7: ${container.name} has restart policy ${has}, not ${wants}`];
  });
}

/** A run that was refused has not touched what it was about. */
function untouched({ lab, watched, set }: World): string[] {
  const { touched, containers } = lab.engine.core;
  const about = set.setting.intent === 'undo' ? watched.ids : [watched.originalId];
  return [...about]
    .filter((id) => touched.has(id) && containers.get(id)?.startedAt != null)
    .map((id) => `refused, but ${containers.get(id)?.name} was touched`);
}

/** 8: what is left is the pair, or is named in the report. */
function leftBehind(
  { watched, lab, brought, replacementTaken }: World,
  context: Context,
  report: Report,
): string[] {
  const said = report.warnings.map(({ message }) => message).join('\n');
  const { containers } = lab.engine.core;
  const isNamed = ({ name, id }: MemoryContainer): boolean => {
    if (brought.has(id) || said.includes(name)) return true;
    if (id === context.original?.id) return backupMayStay(report);
    // A run that rests, or is stranded, leaves the replacement where it is and says so.
    const rests = report.outcome === 'stranded' || report.outcome === null;
    if (id === context.replacement?.id) return rests || context.intent === 'undo';
    return context.question !== null && isClaim(name, context);
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
        // It went to the replacement, which somebody has taken from under it.
        (context.confirmed && replacementTaken)),
  );
  const kept = [
    ...images.map(({ id }) => id),
    ...standing.map(({ id }) => id),
    ...users.map(({ imageId }) => imageId),
  ];
  return nothingLeft(lab.engine, { name: watched.name, before: watched.before, kept });
}

const backupMayStay = ({ outcome, backup }: Report): boolean =>
  outcome !== 'grafted' || backup.removed === false;

const isClaim = (name: string, { litter }: Context): boolean =>
  litter.some((one) => one.kind === 'claim' && one.name === name);

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

/**
 * The seed's rule, counted over the path and not by the machine: so many errors in a row, with
 * nothing else between them, are what fails a wait, and nothing less is. Only of a run that took its
 * path to the end: what a recovery polled is on no path.
 */
export function wronglyDebounced({ world: { path, set }, ended }: Driven): string[] {
  // A person's --forward begins the wait anew; the machine's own tests hold that.
  if (path.steps.some(({ event }) => event.type === 'RECOVER')) return [];
  const polls = path.steps.filter(({ actor }) => actor === 'pollSupervisor');
  const row = polls.length - 1 - polls.findLastIndex(({ outcome }) => outcome !== 'error');
  const isFull = row >= set.setting.errorDebounce;
  const wasDebounced = ended.report?.reason?.message.includes('errors in a row') === true;
  return isFull === wasDebounced ? [] : [`${row} errors in a row: ${ended.report?.reason?.code}`];
}

/** 6: what the report says of backup and rollback is what a fresh look shows. */
function reportedTruly(world: World, report: Report, end: string): string[] {
  const { original } = world;
  const wrong: string[] = [];
  if (report.backup.removed === true && original !== null)
    wrong.push('6: the backup is not removed');
  if (report.outcome === 'grafted') {
    const name = original?.name ?? null;
    const doubted = report.warnings.some(({ code }) => code === 'snapshot-not-kept');
    if (report.backup.kind === 'snapshot') {
      if (original !== null && !doubted) wrong.push('6: the original stands beside its snapshot');
    } else if (report.backup.removed === false && name !== report.backup.name) {
      wrong.push(`6: the backup is called ${name}, not ${report.backup.name}`);
    }
    if (runs(original)) wrong.push('2: the backup runs');
  }
  if ((report.rolledBack === true) !== (end === 'rolledBack')) {
    wrong.push(`6: it ends ${end} and reports rolledBack ${report.rolledBack}`);
  }
  return wrong;
}

/** What must hold once a play has come to rest, and what must still hold after that. */
import type { Context } from '../../machines/index.js';
import { stateOf } from '../../src/model/index.js';
import { wrongAtRest, type Ended, type Stand } from '../harness/index.js';
import { isRunning } from '../memory/index.js';
import { likeness } from './likeness.js';
import type { Play } from './play.js';
import { isSandbox } from './scenario.js';
import { CANARY, NAME, TWIN } from './stage.js';

/** @returns what is wrong, by the number of its invariant; empty: nothing */
export async function wrongAtLast(play: Play, last: Ended): Promise<string[]> {
  const { rest, report } = last;
  if (rest === null || report === null) return ['it ended without a report'];
  const stand = standOf(play, rest.snapshot.context);
  const end = stateOf(rest.snapshot);
  play.over();
  // Somebody put another container in its place before the run had looked for it: it is about that one.
  if (play.others.brought.has(stand.originalIdNow))
    return [...untold(play, last), ...blind(play, last), ...(await changesNothing(play, last))];
  return [
    ...wrongAtRest(stand, last, end),
    ...untold(play, last),
    ...badEnd(play, last),
    ...blind(play, last),
    ...blames(play, last),
    ...unlike(play, stand),
    ...lost(play),
    ...(await changesNothing(play, last)),
    ...(await outlivesTheEngine(play, stand, last, end)),
  ];
}

function standOf({ stage, scenario, others, schedule }: Play, { original }: Context): Stand {
  const { lab, watched } = stage;
  return {
    lab,
    watched,
    isUndo: scenario.undone,
    ran: scenario.state === 'running',
    policy: scenario.policy.split(':')[0] ?? 'no',
    riders: [],
    attached: null,
    originalIdNow: original?.id ?? watched.originalId,
    // With a second fault a create can land when its name is free again: the window of docs/faults.md.
    brought: new Set([...others.brought, ...(schedule.length > 1 ? neverStarted(lab) : [])]),
    originalTaken: others.originalTaken,
    replacementTaken: others.replacementTaken,
    strayStarted: others.strayStarted,
    renamed: others.renamed,
    backupMovedUnseen: others.backupMovedUnseen,
    // One that ends by itself may have, while nobody waits for it.
    eitherRuns: (scenario.state === 'running') !== isUp(lab) || endsUnseen(scenario),
  };
}

const neverStarted = ({ engine }: Play['stage']['lab']): string[] =>
  [...engine.landed].filter((id) => engine.find(id)?.startedAt === null);

const endsUnseen = ({ readiness, deferred }: Play['scenario']): boolean =>
  readiness === 'exits' && deferred === 'deferred';

const isUp = ({ engine }: Play['stage']['lab']): boolean => {
  const twin = engine.find(TWIN);
  return twin !== null && isRunning(twin);
};

/** 19: nobody reads a secret in what others may read. */
function untold({ stage }: Play, { report, runId }: Ended): string[] {
  const { diagnostics } = stage.lab.folder.run(runId);
  const told = [JSON.stringify(report), ...(diagnostics?.values() ?? [])];
  return told.some((text) => text.includes(CANARY))
    ? ['19: a report or a bundle tells a secret']
    : [];
}

/** Without a fault a run ends as its scenario has it. */
function badEnd({ scenario, schedule }: Play, { report }: Ended): string[] {
  const outcome = report?.outcome ?? null;
  if (schedule.length > 0) return [];
  const { readiness, manager, deferred, undone } = scenario;
  const fails = readiness === 'debounced' || readiness === 'exits';
  // Error is for good at a gateway that has starts and stops; finalize asks, and is told to go back.
  const isForGood = manager === 'lifecycle' && deferred === 'at-once';
  const failed = isForGood ? 'stranded' : 'rolledBack';
  const wanted = undone || fails ? (undone ? 'rolledBack' : failed) : 'grafted';
  return outcome === wanted
    ? []
    : [`unbroken, it ends ${outcome}, not ${wanted}: ${report?.reason?.message}`];
}

/** 6: grafted is what the last look at the replacement showed. */
function blind({ eyes }: Play, { rest, report }: Ended): string[] {
  const { original, replacement } = rest?.snapshot.context ?? {};
  if (report?.outcome !== 'grafted' || original == null) return [];
  return eyes.looks.sawWell(replacement?.id ?? '', original.running)
    ? []
    : ['6: it says grafted, and the last look showed no such thing'];
}

/** 6: others are said to have removed something only where they have. */
function blames({ others }: Play, { report }: Ended): string[] {
  const said = [report?.reason?.message, ...(report?.warnings ?? []).map(({ message }) => message)];
  const isSaid = said.some((text) => text?.includes('somebody else removed') === true);
  const isSo = others.originalTaken || others.replacementTaken;
  return isSaid && !isSo ? ['6: it says that somebody else removed what nobody has'] : [];
}

/** 15: whatever has the name is as the original was, but for the GPU and what a sandbox gets with it. */
function unlike({ stage, scenario }: Play, { lab }: Stand): string[] {
  const survivor = lab.engine.find(NAME);
  if (survivor === null || !stage.watched.ids.has(survivor.id)) return [];
  const was = stage.was;
  const is = likeness(survivor);
  return Object.keys(is).flatMap((key) => {
    const isPart = key as keyof typeof is;
    if (isSandbox(scenario) && ['CapAdd', 'SecurityOpt'].includes(key)) return [];
    return is[isPart] === was[isPart]
      ? []
      : [`15: its ${key} is ${is[isPart]}, was ${was[isPart]}`];
  });
}

/** 16: what was written to its layer is in the survivor, or in the image it runs from. */
function lost({ stage }: Play): string[] {
  const { engine } = stage.lab;
  const survivor = engine.find(NAME);
  if (survivor === null || !stage.watched.ids.has(survivor.id)) return [];
  const image = engine.core.images.get(survivor.imageId);
  return stage.written
    .filter((path) => !survivor.layer.has(path) && image?.changes.has(path) !== true)
    .map((path) => `16: ${path} is lost`);
}

/** 9: another recovery changes nothing and says the same. */
async function changesNothing(play: Play, { runId, report }: Ended): Promise<string[]> {
  const { lab } = play.stage;
  if (lab.folder.lastLine(runId) === null) return [];
  const was = lab.engine.fingerprint();
  const calls = lab.engine.calls.length;
  const again = await play.process((process) => process.recover(runId, null));
  const changes = lab.engine.calls.slice(calls).filter(({ changing }) => changing);
  return [
    ...changes.map(({ method }) => `9: a second recovery calls ${method}`),
    ...(JSON.stringify(again.report) === JSON.stringify(report)
      ? []
      : ['9: it says another thing']),
    ...(lab.engine.fingerprint() === was ? [] : ['9: a second recovery changed the engine']),
  ];
}

/** 12: after one more restart of the engine, still one runs, and it has the name. */
async function outlivesTheEngine(
  play: Play,
  { lab, watched, ran, strayStarted, renamed }: Stand,
  { report }: Ended,
  end: string,
): Promise<string[]> {
  if (report?.outcome === 'stranded' || strayStarted || renamed || end.startsWith('confirmation'))
    return [];
  lab.engine.outsider.restartEngine({ kind: 'graceful' });
  const ours = [...watched.ids].flatMap((id) => lab.engine.find(id) ?? []);
  const running = ours.filter(isRunning);
  const wrong = running.length > 1 ? ['12: two run after a restart of the engine'] : [];
  const stray = running.find(({ name }) => name !== NAME);
  if (stray !== undefined) wrong.push(`12: ${stray.name} runs after a restart of the engine`);
  const holder = ours.find(({ name }) => name === NAME);
  if (ran && isUp(lab) && holder !== undefined && !isRunning(holder))
    wrong.push(`12: ${NAME} is down after a restart of the engine`);
  return wrong;
}

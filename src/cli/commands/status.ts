import { answersTo } from '../../../machines/index.js';
import { EXIT } from '../exit-codes.js';
import { gpugraftCommand } from '../../docker/command.js';
import { relayedIn } from '../relay.js';
import { renderStatus } from '../render/runs.js';
import type { RunStatus } from '../render/runs.js';
import { ON_RECOVER, seenConditionOf } from '../../doctor/condition.js';
import type { SeenCondition } from '../../doctor/condition.js';
import { runsNamed } from '../runs/find.js';
import { cleaned } from '../sanitize.js';
import type { SeenRun } from '../../graft.js';
import type { Result } from './result.js';
import { targetOf } from './scene.js';
import type { Scene } from './scene.js';

/** `gpugraft status [NAME]`: what wants attention, and the command for it. @throws UsageError */
export async function status(scene: Scene): Promise<Result> {
  const word = targetOf(scene, 'the name of a container or the ID of a run');
  const { backend, session } = scene;
  const all = await backend.listRuns(session.stateDir);
  const named = word === undefined ? all : runsNamed(word, all);
  const seen = await backend.withBackupsSeen(named, session);
  const runs = seen
    .map((run): RunStatus => statusOf(run, seen, scene))
    .filter((run) => run.condition !== 'over');
  // Asked about one container, most likely for what it was before: of all of them it would be a long list.
  const logs = word === undefined ? [] : named.flatMap((run) => run.logs);
  return {
    exit: EXIT.ok,
    document: { schema: 1, runs },
    text: renderStatus(cleaned(runs), word ?? null, cleaned(logs), scene.io.now(), scene.style),
  };
}

function statusOf(run: SeenRun, all: readonly SeenRun[], scene: Scene): RunStatus {
  const condition = seenConditionOf(run);
  const command = (words: string): string => gpugraftCommand(words, scene.relay.gpugraft);
  const recover = command(`recover ${run.runId}`);
  const rollback = command(`rollback ${rollbackWord(run, all)}`);
  const before = all.slice(0, all.indexOf(run)).find((other) => goesFirst(other, run));
  const answers = run.question === null ? [] : answersTo(run.question);
  const ways: Readonly<Record<SeenCondition, Pick<RunStatus, 'advice' | 'commands'>>> = {
    working: { advice: 'it is at work', commands: [] },
    interrupted: {
      advice: ON_RECOVER[run.meta?.onRecover ?? 'assess'],
      commands: [recover],
    },
    waiting: {
      advice: 'it waits for you to decide',
      commands: answers.map((choice) => `${recover} --${choice}`),
    },
    deferred: {
      advice: 'finalize waits for its supervisor; rollback puts the original back',
      commands: [command(`finalize ${run.runId}`), rollback],
    },
    stranded:
      run.seen === 'gone'
        ? {
            advice: 'recover says again what stands where; the original is gone',
            commands: [recover],
          }
        : {
            advice: 'recover says again what stands where; rollback puts the original back',
            commands: before === undefined ? [recover, rollback] : [recover],
          },
    'backup-kept':
      before === undefined
        ? { advice: keptAdvice(run), commands: [rollback] }
        : { advice: `it comes back after that of run ${before.runId}`, commands: [] },
    restored: {
      advice: 'rollback takes the replacement away and ends the run',
      commands: [rollback],
    },
    'backup-gone': {
      advice: 'somebody removed the backup; recover removes the rescue that it had',
      commands: [recover],
    },
    unreadable: { advice: 'look at its journal; nothing is guessed', commands: [] },
    over: { advice: ON_RECOVER.over, commands: [] },
  };
  return { ...relayedIn(run, scene.relay), condition, ...ways[condition] };
}

const keptAdvice = ({ seen, backup }: SeenRun): string => {
  if (seen === 'unseen')
    return 'rollback brings the original back; the engine was not reached: whether it is still there is not known';
  return backup?.snapshot == null
    ? 'the stopped original is kept; rollback brings it back'
    : 'a snapshot is kept; rollback makes the original again';
};

/** Whether a rollback puts back what the later run kept, before it comes to this one. */
const goesFirst = (later: SeenRun, { originalId, replacementId }: SeenRun): boolean =>
  later.originalId !== null &&
  [originalId, replacementId].includes(later.originalId) &&
  ['backup-kept', 'stranded'].includes(seenConditionOf(later));

/** A name means the last run that changed something; an ID means its own container, whatever has the name now. */
function rollbackWord(run: SeenRun, all: readonly SeenRun[]): string {
  const { name, runId, originalId } = run;
  const newest = all.find((other) => other.name === name && other.backup !== null);
  const isOther =
    newest !== undefined && newest.runId !== runId && newest.originalId !== run.replacementId;
  return (isOther ? originalId?.slice(0, 12) : name) ?? runId;
}

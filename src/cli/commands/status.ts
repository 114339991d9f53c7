import { answersTo } from '../../../machines/index.js';
import { EXIT } from '../exit-codes.js';
import { gpugraftCommand } from '../../docker/command.js';
import { relayedIn } from '../relay.js';
import { renderStatus } from '../render/runs.js';
import type { RunStatus } from '../render/runs.js';
import { conditionOf, ON_RECOVER } from '../../doctor/condition.js';
import type { Condition } from '../../doctor/condition.js';
import { runsNamed } from '../runs/find.js';
import { cleaned } from '../sanitize.js';
import type { RunSummary } from '../../graft.js';
import type { Result } from './result.js';
import { targetOf } from './scene.js';
import type { Scene } from './scene.js';

/** `gpugraft status [NAME]`: what wants attention, and the command for it. @throws UsageError */
export async function status(scene: Scene): Promise<Result> {
  const word = targetOf(scene, 'the name of a container or the ID of a run');
  const all = await scene.backend.listRuns(scene.session.stateDir);
  const named = word === undefined ? all : runsNamed(word, all);
  const runs = named
    .map((run): RunStatus => statusOf(run, scene))
    .filter((run) => run.condition !== 'over');
  return {
    exit: EXIT.ok,
    document: { schema: 1, runs },
    text: renderStatus(cleaned(runs), word ?? null, scene.io.now(), scene.style),
  };
}

function statusOf(run: RunSummary, scene: Scene): RunStatus {
  const condition = conditionOf(run);
  const command = (words: string): string => gpugraftCommand(words, scene.relay.gpugraft);
  const recover = command(`recover ${run.runId}`);
  const answers = run.question === null ? [] : answersTo(run.question);
  const ways: Readonly<Record<Condition, Pick<RunStatus, 'advice' | 'commands'>>> = {
    working: { advice: 'it is at work', commands: [] },
    interrupted: {
      advice: ON_RECOVER[run.meta?.onRecover ?? 'assess'],
      commands: [recover],
    },
    waiting: {
      advice: 'it waits for you to decide',
      commands: answers.map((choice) => `${recover} --${choice}`),
    },
    stranded: {
      advice: 'recover says again what stands where; rollback puts the original back',
      commands: [recover, command(`rollback ${run.name ?? run.runId}`)],
    },
    'backup-kept': {
      advice: 'the stopped original is kept; rollback brings it back',
      commands: [command(`rollback ${run.name ?? run.runId}`)],
    },
    unreadable: { advice: 'look at its journal; nothing is guessed', commands: [] },
    over: { advice: ON_RECOVER.over, commands: [] },
  };
  return { ...relayedIn(run, scene.relay), condition, ...ways[condition] };
}

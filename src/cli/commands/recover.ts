import { UsageError } from '../../config/usage-error.js';
import { failure } from '../../errors.js';
import { conditionOf, isOpen, seenConditionOf } from '../../doctor/condition.js';
import type { RunSummary, SeenRun } from '../../graft.js';
import { emptyReport } from '../../report.js';
import type { Report } from '../../report.js';
import type { Session } from '../../session.js';
import type { Choice } from '../../../machines/index.js';
import { gravest } from '../exit-codes.js';
import type { Flags } from '../program/invocation.js';
import { runToRecover } from '../runs/find.js';
import { resultOf } from './about-run.js';
import type { Result } from './result.js';
import { targetOf, withStory } from './scene.js';
import type { Scene } from './scene.js';

const CHOICES = ['forward', 'back', 'abandon'] as const;

/** `gpugraft recover [NAME|RUN]`. @throws UsageError, GraftError `no-run` */
export async function recover(scene: Scene): Promise<Result> {
  const { flags, backend, session } = scene;
  const word = targetOf(scene, 'the name of a container or the ID of a run');
  const choice = choiceOf(flags);
  if (word !== undefined && flags.all === true) {
    throw new UsageError('--all and a name do not go together', 'leave one of the two out');
  }
  if (word === undefined && choice !== null) {
    throw new UsageError(`--${choice} decides about one run`, 'name the container or the run');
  }
  const runs = await backend.listRuns(session.stateDir);
  if (word === undefined)
    return recoverAll(
      scene,
      (await backend.withBackupsSeen(runs, session)).filter(
        (run) => isOpen(run) || run.problem !== null || run.holder === 'alive' || isUncleared(run),
      ),
    );

  const run = runToRecover(word, runs);
  if (run === null) {
    const hint = 'gpugraft runs lists what is on record; --state-dir names another folder';
    throw failure('no-run', `no run on ${word} is on record in ${session.stateDir}`, hint);
  }
  const report = await withStory(scene, (held) => recoverOne(scene, run, choice, held));
  return resultOf(
    report,
    scene,
    choice === 'back' || run.askedBack,
    isOver(run) ? run.updatedAt : null,
  );
}

/**
 * It died between its last line and its clean-up, or somebody removed its backup: what nobody needs
 * any more holds the environment's values.
 */
const isUncleared = (run: SeenRun): boolean =>
  seenConditionOf(run) === 'backup-gone' ||
  (conditionOf(run) === 'over' && run.rescue !== null && run.undoneBy === null);

/** Its end stands in the journal that was read: recover only says it again. */
const isOver = (run: RunSummary): boolean =>
  run.holder === 'gone' && run.meta?.onRecover === 'over';

async function recoverAll(scene: Scene, runs: readonly RunSummary[]): Promise<Result> {
  const ended: Result[] = [];
  // The oldest first: a newer run on the same container may wait for what an older one holds.
  for (const run of runs.toReversed()) {
    // oxlint-disable-next-line no-await-in-loop -- runs may be about one container: in turns only
    const report = await withStory(scene, (session) => recoverOne(scene, run, null, session));
    ended.push(resultOf(report, scene, run.askedBack, isOver(run) ? run.updatedAt : null));
  }
  return {
    exit: gravest(ended.map(({ exit }) => exit)),
    document: { schema: 1, runs: ended.map(({ document }) => document) },
    text: ended.length === 0 ? 'nothing to recover\n' : ended.map(({ text }) => text).join('\n'),
  };
}

function recoverOne(
  { backend }: Scene,
  run: RunSummary,
  choice: Choice | null,
  session: Session,
): Promise<Report> {
  if (run.holder === 'alive') return Promise.resolve(busyReport(run));
  if (run.problem !== null) return Promise.resolve(aboutRun(run, run.problem));
  return backend.recover(run.runId, choice, session);
}

const busyReport = (run: RunSummary): Report =>
  aboutRun(run, {
    code: 'busy',
    message: `run ${run.runId} on ${run.name ?? 'its container'} is at work (${run.meta?.step ?? 'beginning'}); there is nothing to recover`,
    hint: 'gpugraft status shows how far it is',
  });

const aboutRun = (run: RunSummary, reason: NonNullable<Report['reason']>): Report => ({
  ...emptyReport('refused', reason, run.name),
  runId: run.runId,
  container: { name: run.name, originalId: run.originalId, replacementId: run.replacementId },
  journal: run.journal,
  rescue: run.rescue,
});

function choiceOf(flags: Flags): Choice | null {
  const [first, second] = CHOICES.filter((choice) => flags[choice] === true);
  if (second !== undefined) {
    throw new UsageError(`--${first} and --${second} contradict each other`);
  }
  return first ?? null;
}

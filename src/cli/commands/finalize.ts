import { failure } from '../../errors.js';
import { conditionOf } from '../../doctor/condition.js';
import { runsNamed } from '../runs/find.js';
import { resultOf } from './about-run.js';
import type { Result } from './result.js';
import { targetOf, withStory } from './scene.js';
import type { Scene } from './scene.js';

/**
 * `gpugraft finalize NAME|RUN`: the wait that `apply --defer` put off.
 * @throws UsageError, GraftError `not-deferred`
 */
export async function finalize(scene: Scene): Promise<Result> {
  const { backend, session } = scene;
  const word = targetOf(scene, 'the name of a container or the ID of a run') ?? '';
  const named = runsNamed(word, await backend.listRuns(session.stateDir));
  const run = named.find((one) => conditionOf(one) === 'deferred');
  if (run === undefined) {
    throw failure(
      'not-deferred',
      `no deferred run on ${word} is on record in ${session.stateDir}`,
      'gpugraft status shows what is; a run that was interrupted is recovered, not finalized',
    );
  }
  const report = await withStory(scene, (held) => backend.recover(run.runId, 'finalize', held));
  return resultOf(report, scene);
}

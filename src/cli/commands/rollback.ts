import { resolveOptions } from '../../config/options.js';
import { checkTarget } from '../../config/target.js';
import { declined, dependentsQuestion } from '../confirm.js';
import { resultOf } from './about-run.js';
import type { Result } from './result.js';
import { withStory } from './scene.js';
import type { Scene } from './scene.js';

/** `gpugraft rollback NAME`. @throws UsageError */
export async function rollback(scene: Scene): Promise<Result> {
  const { io, flags, backend } = scene;
  const name = checkTarget(scene.args[0] ?? '', 'the name or ID of a container');
  // What a graft is to be like is no matter here, and a mistake in it no obstacle to going back.
  const { GPUGRAFT_STOP_TIMEOUT, GPUGRAFT_ENGINE_TIMEOUT } = io.env;
  const options = resolveOptions(flags, { GPUGRAFT_STOP_TIMEOUT, GPUGRAFT_ENGINE_TIMEOUT });
  const question = `Rolling ${name} back throws away what the replacement has written into its own layer (volumes stay). Go on?`;
  const no = await declined(question, name, io, flags);
  if (no !== null) return resultOf(no, scene);
  if (options.allowDependents) {
    const denied = await declined(dependentsQuestion(name), name, io, flags);
    if (denied !== null) return resultOf(denied, scene);
  }
  const report = await withStory(scene, (session) => backend.rollback(name, options, session));
  return resultOf(report, scene, true);
}

import { checkEnvironment } from '../../config/environment.js';
import { optedOut } from '../../config/opt-out.js';
import { resolveOptions } from '../../config/options.js';
import { checkTarget } from '../../config/target.js';
import { emptyReport } from '../../report.js';
import { declined, dependentsQuestion } from '../confirm.js';
import { watched } from '../watched.js';
import { resultOf } from './about-run.js';
import type { Result } from './result.js';
import { withStory } from './scene.js';
import type { Scene } from './scene.js';

/** `gpugraft apply NAME`. @throws UsageError */
export async function apply(scene: Scene): Promise<Result> {
  const { io, flags, backend } = scene;
  const name = checkTarget(scene.args[0] ?? '', 'the name or ID of a container');
  checkEnvironment(io.env);
  const options = resolveOptions(flags, io.env);
  const out = optedOut(io.env);
  if (out !== null) return resultOf(emptyReport('refused', out, name), scene);
  if (options.layer === 'discard') {
    const question = `--layer discard throws away what ${name} has written into its own layer (volumes stay). Go on?`;
    const no = await declined(question, name, io, flags);
    if (no !== null) return resultOf(no, scene);
  }
  if (options.allowDependents) {
    const no = await declined(dependentsQuestion(name), name, io, flags);
    if (no !== null) return resultOf(no, scene);
  }
  const report = await withStory(scene, (session) =>
    watched(scene, session, (shown) => backend.graft(name, options, shown)),
  );
  return resultOf(report, scene);
}

import { checkEnvironment } from '../../config/environment.js';
import { optedOut } from '../../config/opt-out.js';
import { resolveOptions } from '../../config/options.js';
import { checkTarget } from '../../config/target.js';
import { emptyReport } from '../../report.js';
import type { Report } from '../../report.js';
import { EXIT, exitCodeOf } from '../exit-codes.js';
import { stepsFrom } from '../plan/steps.js';
import type { PlannedStep } from '../plan/steps.js';
import { renderPlan } from '../render/plan.js';
import { relayedIn } from '../relay.js';
import { cleaned } from '../sanitize.js';
import type { Result } from './result.js';
import { withStory } from './scene.js';
import type { Scene } from './scene.js';

/** `gpugraft plan NAME`: exits 3 where apply would refuse. @throws UsageError */
export async function plan(scene: Scene): Promise<Result> {
  const { io, flags, backend } = scene;
  const name = checkTarget(scene.args[0] ?? '', 'the name or ID of a container');
  checkEnvironment(io.env);
  const options = resolveOptions(flags, io.env);
  const out = optedOut(io.env);
  if (out !== null) return planned(emptyReport('refused', out, name), [], scene);
  const { report, context } = await withStory(scene, (session) =>
    backend.plan(name, options, session),
  );
  return planned(report, report.outcome === null ? stepsFrom(context) : [], scene);
}

function planned(found: Report, steps: readonly PlannedStep[], scene: Scene): Result {
  const report = relayedIn(found, scene.relay);
  const document = { ...report, steps };
  const text = renderPlan(cleaned(report), cleaned(steps), scene.session, scene.style);
  return { exit: report.outcome === null ? EXIT.ok : exitCodeOf(report), document, text };
}

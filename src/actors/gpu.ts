/** Shows, as far as it can be shown, that the running replacement has its GPU. */
import type { ActorInput, ActorOutput } from '../../machines/index.js';
import type { ExecResult } from '../docker/port.js';
import type { RawContainer } from '../docker/raw.js';
import { EngineAmbiguous, EngineRefused, EngineUnreachable } from '../docker/errors.js';
import { parseDevices } from '../docker/spec/devices.js';
import { hasSameGpu } from '../docker/spec/gpu-present.js';
import { redactorFor } from '../diagnostics/redact.js';
import { engineRestarted } from './support/epoch.js';
import { isDown, mustSee } from './support/look.js';
import { reach } from './support/reach.js';
import type { Actor, ActorScope } from './support/scope.js';

type Output = ActorOutput<'proveGpu'>;

const NOT_FOUND = new Set([126, 127]);
const EXEC_MS = 30_000;
const PAUSE = 500;

const disproven = (message: string): Output => ({
  verdict: 'disproven',
  reason: { code: 'gpu-not-proven', message, hint: '--gpu-proof says how it is proven' },
});

export const proveGpu: Actor<'proveGpu'> = async (input, scope) => {
  const raw = await mustSee(scope, input.id, 'the replacement');
  // It went down with its engine: the poll will see that, and it is started and proven again.
  if (isDown(raw) && (await engineRestarted(scope, input.epoch))) return requestedOnly;
  if (!hasSameGpu(raw, input.mode, parseDevices(input.devices))) {
    return disproven('the running replacement has not got the GPU request that was asked for');
  }
  if (input.gpuProof.kind === 'none') {
    const proof = { level: 'skipped' as const, detail: 'not asked for' };
    return { verdict: 'proven', proof, warnings: [] };
  }
  const argv = input.gpuProof.kind === 'command' ? input.gpuProof.argv : ['nvidia-smi', '-L'];
  const result = await run(scope, input, argv);
  if (result === 'not-askable') {
    if (input.gpuProof.kind === 'auto' || (await hasEnded(scope, raw))) return requestedOnly;
    return disproven(`${argv.join(' ')} could not be run in the replacement`);
  }
  const text = firstLine(redactorFor(raw)(result.output));
  if (result.exitCode === 0) {
    return {
      verdict: 'proven',
      proof: { level: 'shown', detail: `${argv.join(' ')}: ${text}` },
      warnings: [],
    };
  }
  if (input.gpuProof.kind === 'auto' && NOT_FOUND.has(result.exitCode)) return requestedOnly;
  // An exec dies with its container, and says nothing about the GPU then.
  if (await hasEnded(scope, raw)) return requestedOnly;
  return disproven(
    `${argv.join(' ')} ended with exit code ${result.exitCode} in the replacement: ${text}`,
  );
};

const requestedOnly: Output = {
  verdict: 'proven',
  proof: { level: 'requested', detail: 'the request is in the running container' },
  warnings: [
    {
      code: 'gpu-unshown',
      message:
        'the image brings no nvidia-smi, so only the request for the GPU could be shown, not the GPU at work',
    },
  ],
};

/**
 * An exec whose answer is lost may be run again: asking for the GPU changes nothing. One that the
 * engine refuses hit a container that is just going down or coming up: the poll that follows says
 * which, with its exit code and last lines.
 */
async function run(
  scope: ActorScope,
  { id }: ActorInput<'proveGpu'>,
  argv: readonly string[],
): Promise<ExecResult | 'not-askable'> {
  const until = scope.clock.now() + scope.patienceMs;
  for (;;) {
    try {
      return await scope.docker.exec(id, argv, { timeoutMs: EXEC_MS });
    } catch (error) {
      if (error instanceof EngineRefused) return 'not-askable';
      const unanswered = error instanceof EngineAmbiguous;
      if (!unanswered && !(error instanceof EngineUnreachable)) throw error;
      await reach(scope, () => scope.docker.engine());
      const late = scope.clock.now() >= until;
      if (late && !unanswered) throw error;
      if (late) return { exitCode: 124, output: `no answer within ${EXEC_MS / 1000} s` };
      await scope.clock.sleep(PAUSE, scope.signal);
    }
  }
}

/** It is down, or was started again since: the poll that follows will not be content with it. */
async function hasEnded(scope: ActorScope, before: RawContainer): Promise<boolean> {
  const raw = await mustSee(scope, before.Id, 'the replacement');
  if (isDown(raw) || raw.State.Restarting || raw.RestartCount > 0) return true;
  return raw.State.StartedAt !== before.State.StartedAt;
}

const firstLine = (text: string): string => (text.trim().split('\n')[0] ?? '').slice(0, 200);

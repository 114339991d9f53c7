/** Shows, as far as it can be shown, that the running replacement has its GPU. */
import type { ActorInput, ActorOutput } from '../../machines/index.js';
import type { ExecResult } from '../docker/port.js';
import { EngineAmbiguous } from '../docker/errors.js';
import { parseDevices } from '../docker/spec/devices.js';
import { hasSameGpu } from '../docker/spec/gpu-present.js';
import { redactorFor } from '../diagnostics/redact.js';
import { engineRestarted } from './support/epoch.js';
import { isDown, mustSee } from './support/look.js';
import { mustRun } from './support/acts.js';
import type { Actor, ActorScope } from './support/scope.js';

type Output = ActorOutput<'proveGpu'>;

const NOT_FOUND = new Set([126, 127]);
const EXEC_MS = 30_000;

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
  const text = redactorFor(raw)(firstLine(result.output));
  if (result.exitCode === 0) {
    return {
      verdict: 'proven',
      proof: { level: 'shown', detail: `${argv.join(' ')}: ${text}` },
      warnings: [],
    };
  }
  if (input.gpuProof.kind === 'auto' && NOT_FOUND.has(result.exitCode)) return requestedOnly;
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

/** An exec whose answer is lost may be run again: asking for the GPU changes nothing. */
async function run(
  scope: ActorScope,
  { id, epoch }: ActorInput<'proveGpu'>,
  argv: readonly string[],
): Promise<ExecResult> {
  try {
    return await scope.docker.exec(id, argv, { timeoutMs: EXEC_MS });
  } catch (error) {
    if (await engineRestarted(scope, epoch))
      return { exitCode: 127, output: 'the engine was restarted' };
    await mustRun(scope, await mustSee(scope, id, 'the replacement'), 'the replacement');
    if (!(error instanceof EngineAmbiguous)) throw error;
    return { exitCode: 124, output: `no answer within ${EXEC_MS / 1000} s` };
  }
}

const firstLine = (text: string): string => (text.trim().split('\n')[0] ?? '').slice(0, 200);

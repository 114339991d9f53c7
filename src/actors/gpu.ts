/** Shows, as far as it can be shown, that the running replacement has its GPU, or has none. */
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

type Input = ActorInput<'proveGpu'>;
type Output = ActorOutput<'proveGpu'>;

const NOT_FOUND = new Set([126, 127]);
const EXEC_MS = 30_000;
const PAUSE = 500;
/** How long an engine that came back is given to bring its containers up. */
const COMING_UP_MS = 5000;

const disproven = (message: string, hint = '--gpu-proof says how it is proven'): Output => ({
  verdict: 'disproven',
  reason: { code: 'gpu-not-proven', message, hint },
});

const ANOTHER_WAY =
  'a privileged container may have a GPU without asking for one; --gpu-proof none takes the missing request for enough';

/**
 * An exec dies with its container, and says nothing about the GPU then. Where the engine was
 * restarted and has brought the container up again, the proof is made again; one that is down is left
 * to the poll that follows.
 */
export const proveGpu: Actor<'proveGpu'> = async (input, scope) => {
  const until = scope.clock.now() + scope.patienceMs;
  let raw = await mustSee(scope, input.id, 'the replacement');
  for (;;) {
    const output = await proveOnce(input, scope, { raw, until });
    if (output !== 'cut') return output;
    const again = scope.clock.now() < until ? await upAgain(input, scope, raw) : null;
    if (again === null) return unshown(input, 'the replacement did not stay up for its proof');
    raw = again;
  }
};

/** `cut`: it is down, or was started again while it was asked. */
async function proveOnce(
  input: Input,
  scope: ActorScope,
  { raw, until }: { readonly raw: RawContainer; readonly until: number },
): Promise<Output | 'cut'> {
  if (input.mode === null) {
    const proof = { level: 'skipped' as const, detail: 'its GPU access stays as it is' };
    return { verdict: 'proven', proof, warnings: [] };
  }
  if (!hasSameGpu(raw, input.mode, parseDevices(input.devices))) {
    return disproven(
      input.mode === 'none'
        ? 'the running replacement asks for a GPU all the same'
        : 'the running replacement has not got the GPU request that was asked for',
    );
  }
  if (input.gpuProof.kind === 'none') {
    const proof = { level: 'skipped' as const, detail: 'not asked for' };
    return { verdict: 'proven', proof, warnings: [] };
  }
  if (isDown(raw)) return 'cut';
  const isAuto = input.gpuProof.kind === 'auto';
  const argv = input.gpuProof.kind === 'command' ? input.gpuProof.argv : ['nvidia-smi', '-L'];
  const redact = redactorFor(raw, argv);
  const command = redact(argv.join(' '));
  const result = await run(scope, { id: input.id, argv, until });
  const text = result === 'not-askable' ? '' : firstLine(redact(result.output));
  const isYes = result !== 'not-askable' && result.exitCode === 0;
  if (isYes && isAuto && input.mode === 'none') {
    return disproven(
      `${command} shows a GPU in the replacement all the same: ${text}`,
      ANOTHER_WAY,
    );
  }
  if (isYes) {
    const proof = { level: 'shown' as const, detail: `${command}: ${text}` };
    return { verdict: 'proven', proof, warnings: [] };
  }
  if (await hasEnded(scope, raw)) return 'cut';
  if (isAuto && input.mode === 'none') return absent;
  if (result === 'not-askable') {
    if (isAuto) return unshown(input, `the engine did not run ${command} in the replacement`);
    return disproven(`${command} could not be run in the replacement`);
  }
  if (isAuto && NOT_FOUND.has(result.exitCode))
    return unshown(input, 'the image brings no nvidia-smi');
  return disproven(
    `${command} ended with exit code ${result.exitCode} in the replacement: ${text}`,
  );
}

/** Where nothing asks for a GPU and nvidia-smi sees none, no more is to be shown. */
const absent: Output = {
  verdict: 'proven',
  proof: { level: 'absent', detail: 'the running container asks for none' },
  warnings: [],
};

/** Warned of by this code; the machine drops the warning when a later proof shows more. */
const unshown = ({ mode }: Input, why: string): Output =>
  mode === 'none'
    ? absent
    : {
        verdict: 'proven',
        proof: { level: 'requested', detail: 'the request is in the running container' },
        warnings: [
          {
            code: 'gpu-unshown',
            message: `${why}, so only the request for the GPU could be shown, not the GPU at work`,
          },
        ],
      };

/**
 * The container once it runs again after a restart of the engine; null where it is down for another
 * reason, or stays down.
 */
async function upAgain(
  input: Input,
  scope: ActorScope,
  before: RawContainer,
): Promise<RawContainer | null> {
  if (!(await engineRestarted(scope, input.epoch))) return null;
  const until = scope.clock.now() + COMING_UP_MS;
  for (;;) {
    const raw = await mustSee(scope, before.Id, 'the replacement');
    // What ended by itself has failed, engine or not: the poll says so.
    if (raw.RestartCount > 0) return null;
    if (raw.State.Running && !raw.State.Restarting) return raw;
    const policy = raw.HostConfig.RestartPolicy.Name;
    const staysDown = policy === '' || policy === 'no';
    if (staysDown || scope.clock.now() >= until) return null;
    await scope.clock.sleep(PAUSE, scope.signal);
  }
}

/**
 * An exec whose answer is lost may be run again: asking for the GPU changes nothing. One that the
 * engine refuses hit a container that is just going down or coming up: the poll that follows says
 * which, with its exit code and last lines.
 */
async function run(
  scope: ActorScope,
  { id, argv, until }: { id: string; argv: readonly string[]; until: number },
): Promise<ExecResult | 'not-askable'> {
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
  if (isDown(raw) || raw.State.Restarting) return true;
  if (raw.RestartCount > before.RestartCount) return true;
  return raw.State.StartedAt !== before.State.StartedAt;
}

const firstLine = (text: string): string => (text.trim().split('\n')[0] ?? '').slice(0, 200);

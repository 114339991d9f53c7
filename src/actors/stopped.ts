/** The actor that takes the place of start and wait where the original did not run: it only looks. */
import { ORIGINAL_STARTED } from '../../machines/index.js';
import type { ActorInput, Failure } from '../../machines/index.js';
import type { RawContainer } from '../docker/raw.js';
import { parseDevices } from '../docker/spec/devices.js';
import { hasSameGpu } from '../docker/spec/gpu-present.js';
import { hasPolicy } from './support/acts.js';
import { describeEnd, isDown, nameOf, seen, wasStarted } from './support/look.js';
import type { Actor, ActorScope } from './support/scope.js';

type Input = ActorInput<'inspectStopped'>;

export const inspectStopped: Actor<'inspectStopped'> = async (input, scope) => {
  const [original, replacement] = await Promise.all([
    seen(scope, input.original.id),
    seen(scope, input.replacementId),
  ]);
  const reason =
    amissInOriginal(input, original) ?? (await amissInReplacement(input, replacement, scope));
  return reason === null ? { verdict: 'verified' } : { verdict: 'amiss', reason };
};

const because = (code: string, message: string): Failure => ({ code, message, hint: null });

/** One that somebody started has a right to its name, and may have written what the replacement lacks. */
function amissInOriginal(
  { original, backupName }: Input,
  raw: RawContainer | null,
): Failure | null {
  if (raw === null) return null;
  if (!isDown(raw) || raw.State.StartedAt !== original.startedAt) {
    const message = 'somebody else started the original while it was swapped';
    return because(ORIGINAL_STARTED, message);
  }
  if (nameOf(raw) === backupName) return null;
  return because('rename-failed', `the original is called ${nameOf(raw)}, not ${backupName}`);
}

/** One that somebody started already, under its new name, is in use: that is no reason to go back. */
async function amissInReplacement(
  { original, mode, devices }: Input,
  raw: RawContainer | null,
  scope: ActorScope,
): Promise<Failure | null> {
  const failed = (message: string): Failure => because('replacement-failed', message);
  if (raw === null) return failed('the replacement is gone: somebody else removed it');
  if (nameOf(raw) !== original.name)
    return failed(`the replacement is called ${nameOf(raw)}, not ${original.name}`);
  if (!hasPolicy(raw, original.policy))
    return failed('the replacement has not the restart policy of the original');
  if (mode !== null && !hasSameGpu(raw, mode, parseDevices(devices)))
    return failed(
      mode === 'none'
        ? 'the replacement asks for a GPU all the same'
        : 'the replacement has not got the GPU request that was asked for',
    );
  const wasTried = wasStarted(raw) || raw.State.Error !== '';
  if (!isDown(raw) || !wasTried) return null;
  return failed(`somebody else started the replacement, and ${await describeEnd(scope, raw)}`);
}

/** Each GPU mode really started: create, start, see its end, remove. Nothing less proves a mode. */
import os from 'node:os';
import { probeName } from '../../machines/index.js';
import type { ActorInput, Mode } from '../../machines/index.js';
import { runActor } from '../actors/index.js';
import { createOnce } from '../actors/support/creation.js';
import { probeLabels } from '../actors/support/labels.js';
import type { ActorScope } from '../actors/support/scope.js';
import { rawContainer } from '../docker/raw.js';
import type { RawContainer } from '../docker/raw.js';
import { GPU_MODES } from '../docker/spec/devices.js';
import { probeBody } from '../docker/spec/probe.js';
import { EngineSilent, GraftError } from '../errors.js';
import type { ProbeImage } from './image.js';
import type { ModeFinding } from './diagnosis.js';

/** @param stateDir named on the probes' labels, so that a leftover tells where it came from */
export async function tryModes(
  scope: ActorScope,
  image: ProbeImage,
  stateDir: string,
): Promise<ModeFinding[]> {
  const findings: ModeFinding[] = [];
  for (const mode of GPU_MODES) {
    // oxlint-disable-next-line no-await-in-loop -- one at a time, or they would be timed together
    findings.push(await tryMode(scope, mode, image, stateDir));
  }
  return findings;
}

async function tryMode(
  scope: ActorScope,
  mode: Mode,
  image: ProbeImage,
  stateDir: string,
): Promise<ModeFinding> {
  if (scope.signal.aborted) return { mode, ok: null, reason: 'cancelled', ms: null };
  const name = probeName(scope.runId, mode);
  const holder = { runId: scope.runId, host: os.hostname(), pid: process.pid, stateDir };
  const body = probeBody(bareContainer(image.raw.Id), {
    mode,
    devices: { kind: 'all' },
    image: image.raw,
    labels: probeLabels(holder),
  });
  let litter: ActorInput<'removeProbe'> = { kind: 'probe', name, id: null, imageId: image.raw.Id };
  try {
    const { id } = await createOnce(scope, {
      name,
      body,
      what: 'create the probe',
      code: 'probe-refused',
    });
    litter = { ...litter, id };
    const began = scope.clock.now();
    const { ok, reason } = await runActor('startProbe', { id }, scope);
    return { mode, ok, reason, ms: scope.clock.now() - began };
  } catch (error) {
    // A mode that is refused at its create is an answer; an engine that is gone is none.
    if (error instanceof EngineSilent || !(error instanceof GraftError)) throw error;
    return { mode, ok: false, reason: error.failure.message, ms: null };
  } finally {
    // Cancelled or not, what was made is removed.
    const signal = new AbortController().signal;
    await runActor('removeProbe', litter, { ...scope, signal });
  }
}

/** A container that asks for nothing, in the form of an inspect: a probe is derived from one. */
function bareContainer(imageId: string): RawContainer {
  return rawContainer.parse({
    Id: '0'.repeat(64),
    Name: '/none',
    Created: '',
    Image: imageId,
    Path: '',
    Args: [],
    RestartCount: 0,
    Driver: '',
    State: {
      Status: 'created',
      Running: false,
      Paused: false,
      Restarting: false,
      Dead: false,
      ExitCode: 0,
      Error: '',
      StartedAt: '',
      FinishedAt: '',
      Pid: 0,
    },
    Config: { Hostname: '', Image: imageId },
    HostConfig: { NetworkMode: 'none', RestartPolicy: { Name: 'no' } },
    NetworkSettings: { Networks: {} },
    Mounts: [],
  });
}

/** Actors of selection: a probe is created, really started, and removed. */
import type { RawContainer } from '../docker/raw.js';
import type { ActorOutput } from '../../machines/index.js';
import { EngineAmbiguous, EngineRefused, EngineUnreachable } from '../docker/errors.js';
import { parseDevices } from '../docker/spec/devices.js';
import { probeBody } from '../docker/spec/probe.js';
import { createOnce } from './support/creation.js';
import { probeLabels } from './support/labels.js';
import { gone, isDown, mustSee, seen, wasStarted } from './support/look.js';
import { removeOurs } from './support/removal.js';
import { reach } from './support/reach.js';
import type { Actor } from './support/scope.js';

export const createProbe: Actor<'createProbe'> = async (input, scope) => {
  const original = await mustSee(scope, input.originalId, 'the original');
  const image = await reach(scope, () => scope.docker.inspectImage(original.Image));
  const body = probeBody(original, {
    mode: input.mode,
    devices: parseDevices(input.devices),
    image,
    labels: probeLabels(input.holder),
  });
  const { id } = await createOnce(scope, {
    name: input.name,
    body,
    what: 'create the probe',
    code: 'probe-refused',
  });
  return { id };
};

/** How long the engine's own init may take to print its version. It takes 0.2 s. */
const PROBE_MS = 60_000;

export const startProbe: Actor<'startProbe'> = async ({ id }, scope) => {
  const until = scope.clock.now() + PROBE_MS;
  for (let pause = 10; ; pause = Math.min(pause * 2, 500)) {
    const raw = await seen(scope, id);
    if (raw === null) throw gone('the probe', id);
    if (wasStarted(raw) && isDown(raw)) return judged(raw);
    if (scope.clock.now() > until) return unproven('the probe did not end in time');
    if (!wasStarted(raw)) {
      const refusal = await start(() => scope.docker.startContainer(id));
      const after = await seen(scope, id);
      if (refusal !== null && (after === null || !wasStarted(after))) return unproven(refusal);
      if (refusal === null && after !== null && wasStarted(after)) continue;
    }
    await scope.clock.sleep(pause, scope.signal);
  }
};

const unproven = (reason: string): ActorOutput<'startProbe'> => ({
  ok: false,
  reason,
  daemonUlimits: [],
});

/** @returns what the engine said against it; null: only a look can tell */
async function start(act: () => Promise<void>): Promise<string | null> {
  try {
    await act();
    return null;
  } catch (error) {
    if (error instanceof EngineRefused) return error.message;
    if (error instanceof EngineAmbiguous || error instanceof EngineUnreachable) return null;
    throw error;
  }
}

function judged(raw: RawContainer) {
  const { ExitCode: code, Error: text } = raw.State;
  const ok = code === 0 && text === '';
  return {
    ok,
    reason: ok ? null : text === '' ? `the probe ended with exit code ${code}` : text,
    // It asked for none, so what a started container shows are the engine's defaults.
    daemonUlimits: ok
      ? (raw.HostConfig.Ulimits ?? []).map(({ Name, Soft, Hard }) => ({ Name, Soft, Hard }))
      : [],
  };
}

export const removeProbe: Actor<'removeProbe'> = async (input, scope) => {
  await removeOurs(scope, input);
  return {};
};

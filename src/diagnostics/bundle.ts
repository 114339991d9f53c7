/**
 * The diagnostics bundle of a rollback: allow-listed fields and redacted logs, nothing else. The
 * environment is named, its values are not shown (facts: security checklist, Diagnostics).
 */
import type { ActorInput } from '../../machines/index.js';
import type { ActorScope } from '../actors/support/scope.js';
import type { RawContainer } from '../docker/raw.js';
import { redactedIn, redactorFor } from './redact.js';
import { summaryOf } from './summary.js';

const LOG_LINES = 120;

/** @returns the files of the bundle by name; what could not be read is missing */
export async function bundle(
  input: ActorInput<'collectDiagnostics'>,
  { docker, runId, clock }: Pick<ActorScope, 'docker' | 'runId' | 'clock'>,
): Promise<Map<string, string>> {
  const { replacementId: id } = input;
  const raw = id === null ? null : await docker.inspectContainer(id).catch(() => null);
  const files = new Map([['summary.txt', summaryOf(input, runId, clock.now())]]);
  if (raw === null) return files;
  const redact = redactorFor(raw);
  files.set('replacement.json', `${JSON.stringify(redactedIn(shown(raw), redact), null, 2)}\n`);
  const logs = await docker.logs(raw.Id, LOG_LINES).catch(() => null);
  if (logs !== null) files.set('replacement.log', redact(logs));
  return files;
}

function shown(raw: RawContainer) {
  const { State: state } = raw;
  return {
    id: raw.Id,
    name: raw.Name,
    image: raw.Image,
    restartCount: raw.RestartCount,
    state: {
      status: state.Status,
      exitCode: state.ExitCode,
      error: state.Error,
      oomKilled: state.OOMKilled ?? null,
      startedAt: state.StartedAt,
      finishedAt: state.FinishedAt,
      health: state.Health?.Status ?? null,
    },
    environmentNames: (raw.Config.Env ?? []).map((entry) => entry.split('=')[0] ?? ''),
    gpu: {
      runtime: raw.HostConfig.Runtime ?? null,
      deviceRequests: raw.HostConfig.DeviceRequests ?? null,
    },
    networks: Object.keys(raw.NetworkSettings.Networks ?? {}),
    mounts: raw.Mounts.map(({ Type, Destination, RW }) => ({
      type: Type,
      destination: Destination,
      writable: RW,
    })),
  };
}

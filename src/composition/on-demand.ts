/** `diagnose`: the bundle of a failure, for a container that somebody asks about. It changes nothing. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Context, Failure } from '../../machines/index.js';
import { nameOf } from '../actors/support/look.js';
import { findTarget } from '../actors/support/target.js';
import { systemClock } from '../clock.js';
import { bundle } from '../diagnostics/bundle.js';
import { summaryEnd } from '../diagnostics/summary.js';
import { isEngineError } from '../docker/errors.js';
import { sandboxLabels } from '../docker/spec/openshell.js';
import { GraftError, failure } from '../errors.js';
import { writeNewFile } from '../runtime/files.js';
import { storedRuns } from '../runtime/runs.js';
import type { Session } from '../session.js';
import { engineOf, gatewayOf } from './workplace.js';

export interface OnDemand {
  readonly schema: 1;
  readonly name: string | null;
  /** Where the bundle is; null: there is none. */
  readonly folder: string | null;
  readonly files: readonly string[];
  /** The last run on it that changed something. */
  readonly runId: string | null;
  readonly reason: Failure | null;
}

/** @param target a container's name or ID, or the name of a sandbox */
export async function diagnoseContainer(target: string, session: Session): Promise<OnDemand> {
  const docker = engineOf(session);
  try {
    const raw = await findTarget(docker, target);
    const name = nameOf(raw);
    const context = lastOn(raw.Id, name, session.stateDir);
    const image = await docker.inspectImage(raw.Image);
    const labels = sandboxLabels(raw, image);
    const gateway =
      labels?.name == null
        ? null
        : { sandbox: labels.name, workspace: labels.workspace, lifecycle: false, wasReady: false };
    const original = context?.original ?? null;
    const isReplacement = context?.replacement?.id === raw.Id;
    const files = await bundle(
      {
        original: {
          ...(original ?? unknownOriginal(name)),
          id: isReplacement ? (original?.id ?? raw.Id) : raw.Id,
        },
        replacementId: isReplacement ? raw.Id : null,
        gateway,
        reason: { code: 'asked-for', message: 'gpugraft diagnose', hint: null },
        goes: false,
        again: false,
      },
      {
        docker,
        openshell: gatewayOf(session),
        runId: context?.runId ?? 'none',
        clock: systemClock,
      },
    );
    const end =
      context === null
        ? ''
        : summaryEnd(context, { outcome: context.outcome, rescue: null, engine: session });
    files.set('summary.txt', `${files.get('summary.txt') ?? ''}${end}`);
    const folder = write(session.stateDir, name, files);
    const names = [...files.keys()];
    return { schema: 1, name, folder, files: names, runId: context?.runId ?? null, reason: null };
  } catch (error) {
    return { schema: 1, name: null, folder: null, files: [], runId: null, reason: reasonOf(error) };
  } finally {
    await docker.close();
  }
}

function reasonOf(error: unknown): Failure {
  if (error instanceof GraftError) return error.failure;
  if (!isEngineError(error)) throw error;
  return failure('engine-unreachable', `cannot ask the engine: ${error.message}`).failure;
}

const unknownOriginal = (name: string): NonNullable<Context['original']> => ({
  id: '',
  name,
  digest: '',
  imageId: '',
  policy: { name: '', maximumRetryCount: 0 },
  running: true,
  healthy: false,
  startedAt: '',
});

function lastOn(id: string, name: string, stateDir: string): Context | null {
  for (const { snapshot } of storedRuns(stateDir)) {
    const context = snapshot?.context;
    if (context === undefined || !context.changed) continue;
    const { original, replacement } = context;
    if ([original?.id, replacement?.id].includes(id) || original?.name === name) return context;
  }
  return null;
}

/** @throws GraftError `state-dir` */
function write(stateDir: string, name: string, files: ReadonlyMap<string, string>): string {
  const stamp = new Date(systemClock.now()).toISOString().replaceAll(/[:.]/g, '-');
  const folder = path.join(stateDir, 'diagnostics', `${stamp}-${name.slice(0, 100)}`);
  try {
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const [file, text] of files) writeNewFile(path.join(folder, file), text);
  } catch (error) {
    throw failure(
      'state-dir',
      `cannot write to the state folder: ${(error as Error).message}`,
      '--state-dir names another folder',
    );
  }
  return folder;
}

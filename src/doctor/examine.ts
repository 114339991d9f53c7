/** The whole examination, on parts that are given: tests give an engine in memory. */
import { randomBytes } from 'node:crypto';
import { unreachable } from '../actors/discovery.js';
import type { ActorScope } from '../actors/support/scope.js';
import type { Clock } from '../clock.js';
import {
  EngineAmbiguous,
  EngineAnswerInvalid,
  EngineRefused,
  EngineUnreachable,
} from '../docker/errors.js';
import type { DockerPort, EngineFacts } from '../docker/port.js';
import type { OpenShellPort } from '../openshell/port.js';
import { failure, GraftError } from '../errors.js';
import type { RunSummary } from '../graft.js';
import type { Failure } from '../../machines/index.js';
import { conditionOf } from './condition.js';
import type { Commands, Diagnosis, EngineFinding, ModeFinding, RunFinding } from './diagnosis.js';
import { diskOf, diskOfEngine } from './disk.js';
import { probeImage } from './image.js';
import { leftovers } from './leftovers.js';
import { tryModes } from './modes.js';
import { openShellFinding } from './openshell.js';
import { checkStateFolder } from './state-folder.js';
import { thisHost } from '../this-host.js';

export interface Parts {
  readonly docker: DockerPort;
  readonly openshell: OpenShellPort;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly stateDir: string;
  /** Asked for only when the state folder can be used. */
  readonly listRuns: () => Promise<readonly RunSummary[]>;
  readonly commands: Commands;
}

/** How long doctor waits for an engine that does not answer: it is here to say so. */
const PATIENCE_MS = 10_000;

/**
 * Never throws for what is wrong with the engine or the folder: that is what it is asked about.
 * @param image the one that probes are to use; null: any that is there
 */
export async function examine(image: string | null, parts: Parts): Promise<Diagnosis> {
  const stateDir = checkStateFolder(parts.stateDir);
  const runs = stateDir.ok ? await parts.listRuns() : [];
  const base: Diagnosis = {
    schema: 1,
    ok: false,
    reason: null,
    engine: null,
    disks: { engine: null, stateDir: stateDir.ok ? await diskOf(parts.stateDir) : null },
    openshell: await openShellFinding(parts.openshell, parts.signal),
    image: null,
    modes: [],
    stateDir,
    runs: runs.flatMap((run) => runFinding(run, parts.commands) ?? []),
    leftovers: [],
  };
  let found = base;
  try {
    const facts = await parts.docker.engine();
    const disks = { ...found.disks, engine: await diskOfEngine(facts) };
    found = { ...found, engine: engineFinding(facts), disks };
    const scope = scopeFor(parts, facts.id);
    const search = { ...parts, runs, runId: scope.runId };
    found = { ...found, leftovers: await leftovers(search) };
    const probed = await probeImage(parts.docker, image);
    found = { ...found, image: probed.name };
    found = { ...found, modes: await tryModes(scope, probed, parts.stateDir) };
    const reason = stateDir.problem ?? verdictOn(found.modes, parts.signal);
    return { ...found, ok: reason === null, reason };
  } catch (error) {
    return { ...found, reason: failureOf(error) };
  }
}

function verdictOn(modes: readonly ModeFinding[], signal: AbortSignal): Failure | null {
  if (signal.aborted) {
    return { code: 'cancelled', message: `cancelled by ${String(signal.reason)}`, hint: null };
  }
  if (modes.some((mode) => mode.ok === true)) return null;
  return {
    code: 'no-mode-works',
    message: 'the engine answers, but no GPU mode works on it',
    hint: 'the reasons stand with the modes; the NVIDIA Container Toolkit sets them up',
  };
}

function scopeFor({ docker, openshell, clock, signal }: Parts, engineId: string): ActorScope {
  const refuse = (): never => {
    throw new Error('doctor keeps no run');
  };
  return {
    docker,
    openshell,
    dockerCommand: 'docker',
    clock,
    signal,
    runId: `doctor-${randomBytes(4).toString('hex')}`,
    engineId,
    patienceMs: PATIENCE_MS,
    host: thisHost,
    parts: { standing: refuse, begin: refuse, goOn: refuse },
    store: {
      isHolderAlive: refuse,
      whereIs: refuse,
      isRunOver: refuse,
      backupOf: refuse,
      writeRescue: refuse,
      originalAsFound: refuse,
      writeSnapshot: refuse,
      writeDiagnostics: refuse,
      writeLog: refuse,
    },
  };
}

const engineFinding = (facts: EngineFacts): EngineFinding => ({
  id: facts.id,
  version: facts.version,
  apiVersion: facts.apiVersion,
  operatingSystem: facts.operatingSystem,
  osType: facts.osType,
  architecture: facts.architecture,
  runtimes: facts.runtimes,
});

function runFinding(run: RunSummary, commands: Commands): RunFinding | null {
  const condition = conditionOf(run);
  if (condition === 'working' || condition === 'backup-kept' || condition === 'over') return null;
  if (condition === 'deferred') return null;
  const { runId, name, updatedAt: since, problem } = run;
  const command = condition === 'unreadable' ? null : commands.gpugraft(`recover ${runId}`);
  return { runId, name, condition, since, problem, command };
}

/** What the engine or the search for an image said, as a reason. @throws what is no answer at all */
function failureOf(error: unknown): Failure {
  if (error instanceof GraftError) return error.failure;
  if (error instanceof EngineUnreachable) return unreachable(error).failure;
  if (
    error instanceof EngineRefused ||
    error instanceof EngineAmbiguous ||
    error instanceof EngineAnswerInvalid
  ) {
    return failure('engine-error', `the engine does not answer as it should: ${error.message}`)
      .failure;
  }
  throw error;
}

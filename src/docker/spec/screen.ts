/** Whether a container may be grafted: the refusals, before anything is touched. */
import type { RawContainer, RawImage } from '../raw.js';
import type { DeviceSelection, WantedMode } from './devices.js';
import { hasRuntimeOfItsOwn, hasSameGpu } from './gpu-present.js';
import { gpuNodes } from './gpu-nodes.js';
import { hasHealthcheck } from './healthcheck.js';
import { entersHost, networkOfAnother } from './host-network.js';
import type { WantedNetwork } from './host-network.js';
import { isSandbox, unreachableGateway } from './openshell.js';
import { MANAGED, composeServiceOf, labelsOfItsOwn, ownHelper, unfitState } from './refusals.js';
import { sandboxRequest, screenWarnings } from './screen-warnings.js';
import { anonymousVolumes } from './volumes.js';
import type { AnonymousVolume } from './volumes.js';
import type { Reason, Warning } from './warning.js';

export type BackupKind = 'container' | 'snapshot';

export interface ScreenOptions {
  readonly layer: 'carry' | 'discard' | 'refuse';
  readonly backup: 'auto' | BackupKind;
  readonly keepBackup: boolean;
  readonly mode: WantedMode | 'auto';
  readonly devices: DeviceSelection;
  readonly network: WantedNetwork;
  readonly ready: 'auto' | 'running' | 'health' | 'command' | 'openshell';
}

export interface ScreenContext {
  /** The paths of the writable layer that the workload wrote. */
  readonly dirty: readonly string[];
  /** The image that runs, by its ID; null: the engine has it no more. */
  readonly image: RawImage | null;
  /** Whether `Config.Image` still means the image ID that runs. */
  readonly tagMeansSameImage: boolean;
  /** The name of the container of which this one is a backup that a run of ours kept; absent or null: none. */
  readonly backupOf?: string | null;
  /** Names of the volumes that the containers in VolumesFrom have; absent: none. */
  readonly lent?: readonly string[];
  readonly options: ScreenOptions;
  /** The DNS server that a sandbox would be given; absent or null: none. */
  readonly dns?: string | null;
  /** It is to be made again for what it depends on, whatever GPU access it has. */
  readonly rejoining?: boolean;
  readonly engine: { readonly osType: string; readonly apiVersion: string };
}

export interface Screening {
  readonly verdict: 'eligible' | 'unchanged' | 'refused';
  /** Set where the verdict is `refused`. */
  readonly reason: Reason | null;
  readonly warnings: Warning[];
  /** What to name as the image at the create: the tag, or the ID of the image that ran. */
  readonly image: string;
  /** What a backup that is kept will be. */
  readonly backup: BackupKind;
  /** The paths of the writable layer that have to be carried; empty: none. */
  readonly carries: readonly string[];
}

function keptBackup(context: ScreenContext): Reason | null {
  if (context.backupOf === undefined || context.backupOf === null) return null;
  return {
    code: 'kept-backup',
    message: `the container is the backup that a graft of ${context.backupOf} kept`,
    hint: `gpugraft rollback ${context.backupOf} puts it back`,
  };
}

function windows(observed: RawContainer, context: ScreenContext): Reason | null {
  if (context.engine.osType !== 'windows' && observed['Platform'] !== 'windows') return null;
  return {
    code: 'windows-container',
    message: 'the container is a Windows container',
    hint: 'gpugraft knows Linux containers only',
  };
}

function unsupported(observed: RawContainer, context: ScreenContext): Reason | null {
  const { options } = context;
  if (options.mode === 'nvidia-runtime' && hasRuntimeOfItsOwn(observed)) {
    return {
      code: 'runtime-conflict',
      message: `the container runs under the runtime ${observed.HostConfig.Runtime}, which nvidia-runtime would take away`,
      hint: 'use --mode cdi or --mode gpus',
    };
  }
  return null;
}

/** What `docker run --device` gave is no request: neither `unchanged` nor `grafted` would be true of it. */
function gpuByDevice(observed: RawContainer, { mode }: ScreenOptions): Reason | null {
  const nodes = mode === 'none' ? gpuNodes(observed) : [];
  if (nodes.length === 0) return null;
  return {
    code: 'gpu-by-device',
    message: `the container was given ${nodes.join(', ')} as a device of its own, which --mode none does not take away`,
    hint: 'create it anew without --device',
  };
}

function imageGone(observed: RawContainer, context: ScreenContext): Reason | null {
  if (context.image !== null) return null;
  return {
    code: 'image-gone',
    message: `the engine no longer has the image that runs (${observed.Image})`,
    hint: `pull or load ${observed.Config.Image} again, in that very version`,
  };
}

/** The wait would count errors until it goes back: that is known now, before it costs a downtime. */
function noHealthcheck(observed: RawContainer, { ready }: ScreenOptions): Reason | null {
  if (ready !== 'health' || hasHealthcheck(observed)) return null;
  return {
    code: 'no-healthcheck',
    message: 'the container has no HEALTHCHECK that could say when it is ready',
    hint: 'use --ready running, or name a command with --ready-command',
  };
}

function volumeUnnamed(volumes: readonly AnonymousVolume[]): Reason | null {
  const unnamed = volumes.find(({ name }) => name === '');
  if (unnamed === undefined) return null;
  return {
    code: 'volume-unnamed',
    message: `the engine does not say the name of the volume at ${unnamed.destination}, so that it cannot be attached again`,
    hint: 'mount a named volume there instead',
  };
}

function layerAtRisk(dirty: readonly string[], layer: ScreenOptions['layer']): Reason | null {
  if (dirty.length === 0 || layer !== 'refuse') return null;
  const more = dirty.length > 5 ? ' …' : '';
  const paths = `${dirty.length} ${dirty.length === 1 ? 'path' : 'paths'}: ${dirty.slice(0, 5).join(' ')}${more}`;
  return {
    code: 'layer-dirty',
    message: `the container's writable layer is not clean (${paths})`,
    hint: '--layer carry commits it and takes it along; --layer discard gives it up',
  };
}

/** What only a sandbox has, asked of another container: known now, before it costs a downtime. */
function noSandbox(isOne: boolean, { ready }: ScreenOptions): Reason | null {
  if (ready !== 'openshell' || isOne) return null;
  return {
    code: 'no-sandbox',
    message: 'the container is no OpenShell sandbox, whose gateway could say when it is ready',
    hint: 'use --ready running, or name a command with --ready-command',
  };
}

/** A stopped original beside the replacement is what its gateway would take for the sandbox. */
function sandboxBackup(isOne: boolean, { backup }: ScreenOptions): Reason | null {
  if (!isOne || backup !== 'container') return null;
  return {
    code: 'backup-counted',
    message:
      'the gateway of an OpenShell sandbox counts a stopped original beside the replacement, and reads Error',
    hint: 'leave --backup out: the backup is a snapshot then',
  };
}

/** A snapshot of an original whose layer is given up is not that original: it may write until it is down. */
function layerNotKept(
  backup: BackupKind,
  isKept: boolean,
  { layer }: ScreenOptions,
): Reason | null {
  if (layer !== 'discard' || !isKept || backup !== 'snapshot') return null;
  return {
    code: 'snapshot-without-layer',
    message:
      'a snapshot is to be kept, and --layer discard would leave out of it what the container writes',
    hint: 'use --layer carry, or leave --keep-backup out',
  };
}

/** Compose and OpenShell find containers by their labels: a stopped original would be started in place of the replacement, or counted. */
const backupKind = (isWatched: boolean, asked: ScreenOptions['backup']): BackupKind =>
  asked === 'auto' ? (isWatched ? 'snapshot' : 'container') : asked;

/**
 * Screens a container; changes nothing, asks nothing. In order: states and containers that nothing
 * is done to, then `unchanged` (GPU access and network are as asked for already), then what the
 * graft would harm. The first refusal that fits is the reason.
 */
export function screen(observed: RawContainer, context: ScreenContext): Screening {
  const { dirty, options } = context;
  const image = context.tagMeansSameImage ? observed.Config.Image : observed.Image;
  const refused = (reason: Reason): Screening => ({
    verdict: 'refused',
    reason,
    warnings: [],
    image,
    backup: 'container',
    carries: [],
  });

  const hands =
    ownHelper(observed) ??
    keptBackup(context) ??
    unfitState(observed) ??
    windows(observed, context) ??
    gpuByDevice(observed, options);
  if (hands !== null) return refused(hands);
  const isThere = context.rejoining !== true && hasSameGpu(observed, options.mode, options.devices);
  if (isThere && !entersHost(observed, options.network)) {
    return {
      verdict: 'unchanged',
      reason: null,
      warnings: [],
      image,
      backup: 'container',
      carries: [],
    };
  }
  const volumes = anonymousVolumes(observed, context.lent);
  const labels = labelsOfItsOwn(observed, context.image);
  const service = composeServiceOf(observed, labels);
  const sandbox = isSandbox(observed, context.image);
  const backup = backupKind(service !== null || sandbox, options.backup);
  const managed = MANAGED.map((rule) => rule(observed, labels)).find((reason) => reason !== null);
  const harm =
    managed ??
    unsupported(observed, context) ??
    networkOfAnother(observed, options.network) ??
    unreachableGateway(observed, sandboxRequest(observed, context)) ??
    imageGone(observed, context) ??
    noHealthcheck(observed, options) ??
    volumeUnnamed(volumes) ??
    layerAtRisk(dirty, options.layer) ??
    noSandbox(sandbox, options) ??
    sandboxBackup(sandbox, options) ??
    layerNotKept(backup, options.keepBackup || (sandbox && dirty.length > 0), options);
  if (harm !== null) return refused(harm);
  return {
    verdict: 'eligible',
    reason: null,
    warnings: screenWarnings(observed, context, { dirty, volumes, service, backup }),
    image,
    backup,
    carries: options.layer === 'carry' ? dirty : [],
  };
}

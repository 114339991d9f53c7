/** What a model of a run is built for: the limits, and what the imagined engine has to offer. */
import type { Input, Mode, Options, Undo } from '../../machines/index.js';

export interface Setting {
  /** Consecutive errors that fail the wait. */
  readonly errorDebounce: number;
  /** The most polls of one wait; it is what makes "every path" a finite number. */
  readonly maxPolls: number;
  readonly maxRestarts: number;
  readonly maxRepairs: number;
  /** The modes that screening proposes, in order. */
  readonly candidates: readonly Mode[];
  /** Networks that the engine leaves to be connected after the create. */
  readonly networks: readonly string[];
  readonly keepBackup: boolean;
  /** How many containers depend on it, where that is allowed. */
  readonly dependents: number;
  /** Of what kind a kept backup is. */
  readonly backup: 'container' | 'snapshot';
  /** The writable layer: `clean`; `carried`; or `rewritten`, clean until something writes to it while it stops. */
  readonly layer: 'clean' | 'carried' | 'rewritten';
  /** The original as it is found. */
  readonly original: 'running' | 'stopped';
  /** `undo`: a run that takes back a finished one whose backup was kept. */
  readonly intent: 'graft' | 'undo';
  /** The OpenShell gateway that watches the container, by its generation. */
  readonly gateway: 'none' | 'early' | 'lifecycle';
  readonly defer: boolean;
}

/** The setting in which every path is enumerated (docs/testing.md says why these numbers). */
export const smallSetting: Setting = {
  errorDebounce: 3,
  maxPolls: 5,
  maxRestarts: 1,
  maxRepairs: 1,
  candidates: ['cdi'],
  networks: ['net-1'],
  keepBackup: false,
  dependents: 0,
  backup: 'container',
  layer: 'clean',
  original: 'running',
  intent: 'graft',
  gateway: 'none',
  defer: false,
};

/** The limits as they are by default, with every kind of work to be done. */
export const fullSetting: Setting = {
  ...smallSetting,
  errorDebounce: 15,
  maxPolls: 32,
  candidates: ['cdi', 'gpus', 'nvidia-runtime'],
  networks: ['net-1', 'net-2'],
};

const hex = (digit: string): string => digit.repeat(64);

/** The full container IDs of the model. */
export const ids = {
  original: hex('a'),
  replacement: hex('b'),
  claimOnOriginal: hex('c'),
  claimOnReplacement: hex('d'),
  probe: hex('e'),
  /** Of the replacement that is made after the stop. */
  late: hex('8'),
  /** Of what is made from a snapshot: to see whether it can be, and to put the original back. */
  rehearsal: hex('7'),
  recreated: hex('6'),
  claimOnRecreated: hex('5'),
  /** Of a dependent, and of what it is made again as. */
  dependent: hex('4'),
  moved: hex('3'),
  image: `sha256:${hex('9')}`,
} as const;

export const modelOriginal: Undo['original'] = {
  id: ids.original,
  name: 'box',
  digest: 'digest-1',
  imageId: `sha256:${hex('f')}`,
  policy: { name: 'unless-stopped', maximumRetryCount: 0 },
  running: true,
  healthy: false,
  startedAt: '2026-01-01T00:00:00Z',
};

/** The original as an engine of this setting shows it. */
export const originalIn = ({ original }: Setting): Undo['original'] => ({
  ...modelOriginal,
  running: original === 'running',
});

const optionsOf = (setting: Setting): Options => ({
  mode: 'auto',
  devices: 'all',
  layer: setting.layer === 'clean' ? 'refuse' : 'carry',
  backup: setting.backup,
  keepBackup: setting.keepBackup,
  defer: setting.defer,
  allowDependents: setting.dependents > 0,
  network: 'preserve',
  ready: 'running',
  readyCommand: null,
  readyTimeoutMs: 900_000,
  pollIntervalMs: 2000,
  errorDebounce: setting.errorDebounce,
  stableForMs: 5000,
  maxPolls: setting.maxPolls,
  maxRestarts: setting.maxRestarts,
  maxRepairs: setting.maxRepairs,
  stopTimeoutS: null,
  gpuProof: { kind: 'auto' },
  engineTimeoutMs: 60_000,
});

/** The gateway as screening finds it. */
export const gatewayIn = ({ gateway }: Setting): Undo['gateway'] =>
  gateway === 'none'
    ? null
    : { sandbox: 'box', workspace: null, lifecycle: gateway === 'lifecycle', wasReady: true };

/** The machine's input for a setting. */
export const inputOf = (setting: Setting): Input => ({
  runId: 'model1',
  target: modelOriginal.name,
  options: optionsOf(setting),
  holder: { runId: 'model1', host: 'host', pid: 1, stateDir: '/state' },
  beganAt: 0,
  rejoin: null,
  undo:
    setting.intent === 'graft'
      ? null
      : {
          runId: 'model0',
          engineId: 'engine-1',
          original: originalIn(setting),
          replacementId: ids.replacement,
          backupName: 'box.gpugraft-backup-model0',
          mode: 'cdi',
          carriedImage: null,
          gateway: gatewayIn(setting),
          snapshot:
            setting.backup === 'container'
              ? null
              : {
                  runId: 'model0',
                  imageId: modelOriginal.imageId,
                  imageName: 'image:1',
                  daemonUlimits: [],
                },
        },
});

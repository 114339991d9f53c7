import type { Options } from '../../machines/index.js';

/** What `apply` fills in by itself, with a debounce and a poll bound that tests may shorten. */
export function optionsWith(changed: Partial<Options> = {}): Options {
  return {
    mode: 'auto',
    devices: 'all',
    layer: 'refuse',
    backup: 'auto',
    keepBackup: false,
    defer: false,
    allowDependents: false,
    network: 'preserve',
    ready: 'auto',
    readyCommand: null,
    readyTimeoutMs: 900_000,
    pollIntervalMs: 2000,
    errorDebounce: 15,
    stableForMs: 5000,
    maxPolls: 460,
    maxRestarts: 3,
    maxRepairs: 2,
    stopTimeoutS: null,
    gpuProof: { kind: 'auto' },
    engineTimeoutMs: 60_000,
    ...changed,
  };
}

import type { Options } from '../../../machines/index.js';

/**
 * How a dependent is made again: everything it has is kept, its GPU access too, and it is waited for
 * in its own way. Of what was asked for only the limits are for it as well.
 */
export const optionsForPart = (options: Options): Options => ({
  ...options,
  mode: 'auto',
  devices: 'all',
  layer: 'carry',
  backup: 'auto',
  keepBackup: false,
  defer: false,
  allowDependents: false,
  network: 'preserve',
  ready: 'auto',
  readyCommand: null,
  stopTimeoutS: null,
  gpuProof: { kind: 'none' },
});

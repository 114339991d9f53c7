/** Grafts in memory, for tests. */
export { Lab, type LabOptions } from './lab.js';
export { optionsWith } from './options.js';
export type { Ended, LineVerdict, Process, ProcessOptions } from './process.js';
export { Watched } from './rest.js';
export { StateFolder, type StoredRun } from './state-folder.js';

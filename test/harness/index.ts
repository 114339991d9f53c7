/** Grafts in memory, for tests. */
export { Lab, type LabOptions } from './lab.js';
export { LabGateway, sandboxLabels, type GatewayBreak, type GatewayFault } from './openshell.js';
export { Attached } from './attached.js';
export { optionsWith } from './options.js';
export type { Ended, LineVerdict, Process, ProcessOptions } from './process.js';
export { contested, contestNames, saidBy, type ContestName } from './contests.js';
export { Watched } from './rest.js';
export { undoOf } from './undo.js';
export { byOurDoing, wrongAtRest, type Stand } from './stand.js';
export { StateFolder, type StoredRun } from './state-folder.js';

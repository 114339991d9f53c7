/** What is driven for minutes: built to one file before it is run (`../driven.ts`). */
export { crashesOf } from './crash.js';
export { tallyOf } from './shard.js';

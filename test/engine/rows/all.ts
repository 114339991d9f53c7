/** Every container that the product grafts for docs/fidelity.md. */
import { LIFECYCLE } from './lifecycle.js';
import { NETWORK } from './network.js';
import { PROGRAMS } from './programs.js';
import type { Row } from './row.js';
import { STORAGE } from './storage.js';

export const ROWS: readonly Row[] = [...PROGRAMS, ...NETWORK, ...STORAGE, ...LIFECYCLE];

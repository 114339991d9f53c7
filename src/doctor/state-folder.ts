import fs from 'node:fs';
import type { Failure } from '../../machines/index.js';
import { GraftError } from '../errors.js';
import { namesIn, secureFolder } from '../runtime/state-dir.js';
import type { Diagnosis } from './diagnosis.js';

/**
 * Whether journals can be kept there. A folder that is not there yet is made: whether that can be
 * done is what is asked.
 */
export function checkStateFolder(path: string): Diagnosis['stateDir'] {
  const problem = problemOf(path);
  return { path, ok: problem === null, problem };
}

function problemOf(path: string): Failure | null {
  try {
    secureFolder(path);
    namesIn(`${path}/runs`);
    // Permissions do not tell of a full or read-only file system: a name that can be made does.
    fs.rmdirSync(fs.mkdtempSync(`${path}/.doctor-`));
    return null;
  } catch (error) {
    if (error instanceof GraftError) return error.failure;
    const message = `the state folder ${path} cannot be used: ${(error as Error).message}`;
    return { code: 'state-dir', message, hint: '--state-dir names another folder' };
  }
}

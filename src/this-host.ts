/** The machine that gpugraft itself runs on; the engine may run on another one. */
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

export interface ThisHost {
  /** As the machine calls itself. */
  readonly name: string;
  /** The text of a file; null: it cannot be read. */
  readonly read: (path: string) => string | null;
}

export const thisHost: ThisHost = {
  name: hostname(),
  read(path) {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      return null;
    }
  },
};

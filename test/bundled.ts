/**
 * Code that is run for minutes, as one file: as a runner of tests loads modules, every use of an
 * import is a look-up, and takes such code half as long again.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'rolldown';

const root = fileURLToPath(new URL('..', import.meta.url));

/** @param entry a module, by its path from the root @returns what it exports */
export async function bundled<T>(entry: string): Promise<T> {
  const name = entry.replaceAll(/[^a-z0-9]+/gi, '-');
  // Beside the packages, where git does not look; by process, as several may build at a time.
  const file = path.join(root, 'node_modules/.bundled', `${name}-${process.pid}.mjs`);
  await build({
    input: path.join(root, entry),
    platform: 'node',
    logLevel: 'warn',
    output: { file, format: 'esm' },
  });
  try {
    return (await import(/* @vite-ignore */ pathToFileURL(file).href)) as T;
  } finally {
    fs.rmSync(file);
  }
}

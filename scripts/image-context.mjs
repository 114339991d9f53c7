#!/usr/bin/env node
// Lays out what the CLI image copies: the build, and the packages that it needs at run time as the
// lockfile names them, from node_modules. One date and plain modes, so that equal input is an equal layer.
import {
  chmodSync,
  cpSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

const root = new URL('..', import.meta.url).pathname;
const into = join(root, 'dist/image/cli');
const read = (file) => JSON.parse(readFileSync(join(root, file), 'utf8'));

rmSync(into, { recursive: true, force: true });
mkdirSync(into, { recursive: true });
for (const part of ['dist/src', 'dist/machines', 'dist/inspector', 'LICENSE']) {
  cpSync(join(root, part), join(into, part), {
    recursive: true,
    filter: (file) =>
      !/\.d\.ts$|\.tsbuildinfo$|dist\/src\/(image|inspector\/view)(\/|$)/.test(file),
  });
}
const { name, version, license, type, bin, exports, dependencies } = read('package.json');
const manifest = { name, version, license, type, bin, exports, dependencies };
writeFileSync(join(into, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
for (const [folder, { dev = false }] of Object.entries(read('package-lock.json').packages)) {
  if (folder === '' || dev) continue;
  cpSync(join(root, folder), join(into, folder), {
    recursive: true,
    filter: (file) => !/\.map$|\.d\.[cm]?ts$/.test(file),
  });
}

function level(file) {
  const is = lstatSync(file);
  if (is.isDirectory()) for (const one of readdirSync(file)) level(join(file, one));
  if (!is.isSymbolicLink())
    chmodSync(file, is.isDirectory() || (is.mode & 0o100) !== 0 ? 0o755 : 0o644);
  lutimesSync(file, 0, 0);
}
level(into);

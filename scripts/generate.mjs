#!/usr/bin/env node
// Writes what is generated from the machine's definition and from the command line's; with --check only compares.
// It runs what `npm run build` has built.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { manualPage } from '../dist/src/cli/program/manual.js';
import { generatedFiles } from '../dist/src/model/generated.js';

const check = process.argv.includes('--check');
const root = new URL('../', import.meta.url);
let stale = 0;
const { version } = JSON.parse(await readFile(new URL('package.json', root), 'utf8'));
const files = [...(await generatedFiles()), ['man/gpugraft.1', manualPage(version)]];
for (const [path, text] of files) {
  const file = new URL(path, root);
  const now = await readFile(file, 'utf8').catch(() => null);
  if (now === text) continue;
  stale += 1;
  if (!check) {
    await mkdir(new URL('.', file), { recursive: true });
    await writeFile(file, text);
  }
  console.error(`${path}: ${check ? 'is not what it is made from' : 'written'}`);
}
if (check && stale > 0) {
  console.error('npm run build && node scripts/generate.mjs writes them');
  process.exitCode = 1;
}

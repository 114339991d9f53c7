#!/usr/bin/env node
// Writes what is generated from the machine's definition; with --check only compares.
// It runs what `npm run build` has built.
import { readFile, writeFile } from 'node:fs/promises';
import { generatedFiles } from '../dist/src/model/generated.js';

const check = process.argv.includes('--check');
const root = new URL('../', import.meta.url);
let stale = 0;
for (const [path, text] of await generatedFiles()) {
  const file = new URL(path, root);
  const now = await readFile(file, 'utf8').catch(() => null);
  if (now === text) continue;
  stale += 1;
  if (!check) await writeFile(file, text);
  console.error(`${path}: ${check ? 'is not what the machine says' : 'written'}`);
}
if (check && stale > 0) {
  console.error('npm run build && node scripts/generate.mjs writes them');
  process.exitCode = 1;
}

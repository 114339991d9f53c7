#!/usr/bin/env node
// What the inspector's page is made of, into dist/inspector: its scripts, each in one file, its style sheet,
// and the machine's picture, laid out now so that no run ever waits for that.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { rolldown } from 'rolldown';
import { chartSvg } from '../dist/src/model/index.js';

const root = new URL('../', import.meta.url);
const into = new URL('dist/inspector/', root);
await mkdir(into, { recursive: true });

async function bundled(name) {
  const input = new URL(`dist/src/inspector/view/${name}.js`, root).pathname;
  const bundle = await rolldown({ input, platform: 'browser' });
  const { output } = await bundle.generate({ format: 'iife', minify: true });
  await bundle.close();
  return output[0].code;
}
const style = await readFile(new URL('src/inspector/view/app.css', root), 'utf8');
await Promise.all([
  writeFile(new URL('app.js', into), await bundled('main')),
  writeFile(new URL('stately.js', into), await bundled('stately')),
  writeFile(new URL('app.css', into), style),
  writeFile(new URL('chart.svg', into), await chartSvg()),
]);

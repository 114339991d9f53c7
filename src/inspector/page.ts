/** The page around the picture. Everything of a run comes into it as data, and is written as text. */
import { createHash } from 'node:crypto';
import type { Chart, Film } from './film/film.js';
import type { Assets } from './assets.js';

/** JSON that ends no script element and begins no comment, wherever it stands. */
export const embedded = (value: unknown): string =>
  JSON.stringify(value)
    .replaceAll('&', String.raw`\u0026`)
    .replaceAll('<', String.raw`\u003c`)
    .replaceAll('>', String.raw`\u003e`)
    .replaceAll('\u2028', String.raw`\u2028`)
    .replaceAll('\u2029', String.raw`\u2029`);

const data = (id: string, value: unknown): string =>
  `<script type="application/json" id="${id}">${embedded(value)}</script>`;

interface Parts {
  readonly head: string;
  readonly tail: string;
  readonly chart: string;
  readonly about: Chart;
}

const shell = ({ head, tail, chart, about }: Parts): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
${head}<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>gpugraft inspect</title>
</head>
<body>
<noscript>This page needs JavaScript; what it shows is in the journal of the run.</noscript>
<div id="app"></div>
<template id="chart-picture">${chart}</template>
${data('chart', about)}
${tail}</body>
</html>
`;

/** Served: script and style are files of the server, and frames come from it. @param runId null: there is none yet */
export const livePage = ({ chart }: Assets, about: Chart, runId: string | null): string =>
  shell({
    head: '<link rel="icon" href="/icon.svg" type="image/svg+xml">\n<link rel="stylesheet" href="/app.css">\n',
    tail: `${data('live', { runId })}\n<script src="/app.js"></script>\n`,
    chart,
    about,
  });

/** Served: the page that hands a run to Stately's inspector. */
export const statelyPage = (definition: unknown, runId: string | null): string =>
  `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<link rel="icon" href="/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/app.css">
<title>gpugraft, in Stately's inspector</title>
</head>
<body>
<div id="app" class="stately"></div>
${data('definition', definition)}
${data('live', { runId })}
<script src="/stately.js"></script>
</body>
</html>
`;

/** What a page from the server may do. */
export const LIVE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

/** The same for the page with Stately's in it: that one alone, and only in a frame. */
export const STATELY_POLICY = `${LIVE_POLICY}; frame-src https://stately.ai`;

const hash = (text: string): string =>
  `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Script that can stand inline: nothing in it ends its element. */
const inline = (script: string): string =>
  script.replaceAll(/<(?=\/script|!--|script)/gi, String.raw`\x3c`);

/** One file, which needs nothing and may ask nobody. */
export function exportedPage({ chart, script, style }: Assets, about: Chart, film: Film): string {
  const [code, css] = [inline(script), style.replaceAll(/<(?=\/style)/gi, String.raw`\3c `)];
  const policy = [
    "default-src 'none'",
    `script-src ${hash(code)}`,
    `style-src ${hash(css)}`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
  return shell({
    head: `<meta http-equiv="Content-Security-Policy" content="${policy}">\n<style>${css}</style>\n`,
    tail: `${data('film', film)}\n<script>${code}</script>\n`,
    chart,
    about,
  });
}

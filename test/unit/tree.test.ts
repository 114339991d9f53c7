/** The tree keeps its order (DESIGN section 9, ARCHITECTURE.md): who may import whom, and how long a file may be. */
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const filesIn = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${folder}/${name}`);
const text = (file: string): string => readFileSync(join(root, file), 'utf8');

/** What a file imports: files by their path from the root, packages by their name. */
function importsOf(file: string): string[] {
  const found = text(file).matchAll(/(?:\bfrom|\bimport|\bimport\()\s*'([^']+)'/g);
  return [...found].map(([, given = '']) =>
    given.startsWith('.')
      ? normalize(join(dirname(file), given)).replace(/\.js$/, '.ts')
      : given.replace(/^(@[^/]+\/[^/]+|[^/@][^/]*).*$/, '$1'),
  );
}
const source = [...filesIn('src'), ...filesIn('machines')];
const edges = source.flatMap((from) => importsOf(from).map((to) => ({ from, to })));
const written = ({ from, to }: { from: string; to: string }): string => `${from} -> ${to}`;

/** From the bottom up: a file imports from its own layer or from one below. */
const layers: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['machine', /^machines\//],
  [
    'words',
    /^src\/(errors|progress|report|session|clock|tail-buffer|this-host|working-folder)\.ts$/,
  ],
  ['ports', /^src\/(docker|openshell)\//],
  ['values', /^src\/(config|model)\//],
  ['actors', /^src\/(actors|readiness|diagnostics)\//],
  ['runtime', /^src\/runtime\//],
  ['root', /^src\/(?:(?:graft|create)\.ts$|composition\/)/],
  ['doctor', /^src\/doctor\//],
  ['inspector', /^src\/inspector\//],
  ['surface', /^src\/cli\/|^src\/index\.ts$/],
  ['image', /^src\/image\//],
];
const layerOf = (file: string): number => layers.findIndex(([, pattern]) => pattern.test(file));

describe('imports', () => {
  it('are seen by this test', () => {
    expect(edges.length).toBeGreaterThan(200);
    expect(edges.map(({ to }) => to)).toContain('machines/index.ts');
  });

  it('come from files that have a layer', () => {
    expect(source.filter((file) => layerOf(file) === -1)).toEqual([]);
  });

  it('go down, never up', () => {
    const inside = edges.filter(({ to }) => to.endsWith('.ts'));
    const up = inside.filter(({ from, to }) => layerOf(to) > layerOf(from));
    expect(up.map(written)).toEqual([]);
  });

  it('reach an adapter from the composition root alone', () => {
    const adapter = /^src\/[^/]+\/adapter\//;
    const foreign = edges.filter(({ from, to }) => adapter.test(to) && !adapter.test(from));
    expect(new Set(foreign.map(({ from }) => from))).toEqual(
      new Set(['src/composition/workplace.ts']),
    );
  });

  it('of the machine are xstate, zod and itself', () => {
    const odd = edges.filter(
      ({ from, to }) => from.startsWith('machines/') && !/^(machines\/.*|xstate|zod)$/.test(to),
    );
    expect(odd.map(written)).toEqual([]);
  });

  it('of the model are the machine, xstate and the drawing of graphs', () => {
    const odd = edges.filter(
      ({ from, to }) =>
        from.startsWith('src/model/') &&
        !/^(machines\/index\.ts|src\/model\/.*|xstate|@viz-js\/viz)$/.test(to),
    );
    expect(odd.map(written)).toEqual([]);
  });

  it('of what the image ships are itself and two files that need nothing', () => {
    const odd = edges.filter(
      ({ from, to }) =>
        from.startsWith('src/image/') &&
        !/^(src\/image\/.*|src\/cli\/sanitize\.ts|src\/runtime\/files\.ts|node:fs)$/.test(to),
    );
    expect(odd.map(written)).toEqual([]);
  });

  it.each([
    // The lock has util-linux take it, and `create` is given a command of the user's, which has this
    // process's own streams, and a witness beside it; everything else that runs is a tool behind a port.
    [
      'execa',
      /^src\/(?:[^/]+\/adapter\/|runtime\/lock\.ts|cli\/(?:user-command|group-witness)\.ts)/,
    ],
    ['commander', /^src\/cli\//],
    ['@viz-js/viz', /^src\/model\/picture\//],
  ])('of %s stand in one place', (name, place) => {
    const users = edges.filter(({ to }) => to === name).map(({ from }) => from);
    expect(users.filter((file) => !place.test(file))).toEqual([]);
    expect(users.length).toBeGreaterThan(0);
  });
});

describe('files', () => {
  const all = [...source, ...filesIn('test')];

  it('have at most 400 lines', () => {
    const long = all.filter((file) => text(file).split('\n').length > 401);
    expect(long).toEqual([]);
  });

  it('write to the terminal and end the process in src/cli/ alone, and in the program of the image', () => {
    const loud = source.filter(
      (file) =>
        !/^src\/(cli\/|image\/clean-runtime-shell-env-shim\.ts$)/.test(file) &&
        /\bconsole\.\w+\(|\bprocess\.(?:exit\(|exitCode|stdout|stderr)/.test(text(file)),
    );
    expect(loud).toEqual([]);
  });

  it('hold no unfinished work', () => {
    const unfinished = source.filter((file) => /\b(?:TODO|FIXME|XXX)\b/.test(text(file)));
    expect(unfinished).toEqual([]);
  });
});

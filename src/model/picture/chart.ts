/**
 * The machine for the inspector: each phase laid out by itself, and set beside the others in the order
 * of the definition. Ways from one phase to another would cross the whole picture; whoever shows it
 * draws those that matter.
 */
import type { StateText } from '../definition.js';
import { allStates, definition } from '../definition.js';
import { attributes, quoted } from './dot.js';
import { edgesOf, words } from './edges.js';
import type { Edge } from './edges.js';
import { rendered } from './svg.js';

/** In points: how wide a row of phases may get, and what stands between two of them. */
const ROW = 2250;
const GAP = 26;

function nodeText(state: StateText, depth: number): string[] {
  const indent = '  '.repeat(depth);
  const label = words(state.name);
  if (state.kind !== 'phase') {
    return [
      `${indent}${quoted(state.path)} ${attributes({ id: state.path, class: state.kind, label })};`,
    ];
  }
  const fontsize = depth === 1 ? 22 : 14;
  return [
    `${indent}subgraph ${quoted(`cluster_${state.path}`)} {`,
    `${indent}  graph ${attributes({ id: state.path, class: 'phase', label, fontsize, margin: 14 })};`,
    ...state.children.flatMap((child) => nodeText(child, depth + 1)),
    `${indent}}`,
  ];
}

/** The state that a way out of, or into, a phase is drawn at. */
const leafOf = (path: string, states: ReadonlyMap<string, StateText>): string => {
  const initial = states.get(path)?.initial ?? null;
  return initial === null ? path : leafOf(initial, states);
};

function edgeText({ from, to, kind }: Edge, states: ReadonlyMap<string, StateText>): string {
  const isPhase = (path: string): boolean => states.get(path)?.kind === 'phase';
  return `  ${quoted(leafOf(from, states))} -> ${quoted(leafOf(to, states))} ${attributes({
    id: `${from}--${kind}--${to}`,
    class: kind,
    ...(kind === 'error' ? { constraint: 'false' } : {}),
    ...(isPhase(from) && !to.startsWith(`${from}.`) ? { ltail: `cluster_${from}` } : {}),
    ...(isPhase(to) && !from.startsWith(`${to}.`) ? { lhead: `cluster_${to}` } : {}),
  })};`;
}

function dotOf(roots: readonly StateText[], edges: readonly Edge[]): string {
  const states = new Map(
    roots.flatMap((root) => [root, ...allStates(root)]).map((state) => [state.path, state]),
  );
  const isInside = ({ from, to, kind }: Edge): boolean =>
    kind !== 'event' && from.includes('.') && states.has(from) && states.has(to);
  return [
    'digraph part {',
    '  graph [rankdir="TB" compound=true newrank=true bgcolor="transparent" fontname="Helvetica,Arial,sans-serif" labeljust="l" style="rounded" nodesep=0.2 ranksep=0.3 pad=0.05];',
    '  node [shape="box" style="rounded" fontname="Helvetica,Arial,sans-serif" fontsize=15 height=0.38 margin="0.2,0.06"];',
    '  edge [arrowsize=0.6];',
    ...roots.flatMap((root) => nodeText(root, 1)),
    ...edges.filter(isInside).map((edge) => edgeText(edge, states)),
    // Ends have no way between them: they stand below each other.
    ...roots
      .slice(1)
      .map(
        ({ path }, at) => `  ${quoted(roots[at]?.path ?? '')} -> ${quoted(path)} [style="invis"];`,
      ),
    '}',
    '',
  ].join('\n');
}

interface Part {
  readonly width: number;
  readonly height: number;
  /** The groups inside, from its own upper left corner. */
  readonly body: string;
}

/** Without colours, fonts and tooltips: a style sheet and a script give them. */
async function partOf(roots: readonly StateText[], edges: readonly Edge[]): Promise<Part> {
  const svg = (await rendered(dotOf(roots, edges)))
    .replaceAll(/<title>[^<]*<\/title>\n?/g, '')
    .replaceAll(/<!--[^>]*-->\n?/g, '')
    .replaceAll(/ (?:fill|stroke|font-family)="[^"]*"/g, '');
  const [, width = '0', height = '0'] = /viewBox="\S+ \S+ (\S+) (\S+)"/.exec(svg) ?? [];
  const body = svg.slice(svg.indexOf('>') + 1, svg.lastIndexOf('</svg>')).trim();
  return { width: Number(width), height: Number(height), body: body.replace(/ id="[^"]*"/, '') };
}

/** Row by row: each begins where the one before would get too wide. */
function placed(parts: readonly Part[]): { x: number; y: number }[] {
  let [x, y, tallest] = [0, 0, 0];
  return parts.map(({ width, height }) => {
    if (x > 0 && x + width > ROW) [x, y, tallest] = [0, y + tallest + GAP, 0];
    const at = { x, y };
    x += width + GAP;
    tallest = Math.max(tallest, height);
    return at;
  });
}

/** @returns an `svg` element. IDs are states' paths, and `FROM--KIND--TO` for ways inside of a phase */
export async function chartSvg(): Promise<string> {
  const machine = definition();
  const edges = edgesOf(machine);
  const phases = machine.children.filter(({ kind }) => kind === 'phase');
  const ends = machine.children.filter(({ kind }) => kind !== 'phase');
  const parts = await Promise.all(
    [...phases.map((phase) => [phase]), ends].map((roots) => partOf(roots, edges)),
  );
  const places = placed(parts);
  const most = (lengths: readonly number[]): number => Math.ceil(Math.max(...lengths));
  const width = most(parts.map((part, at) => (places[at]?.x ?? 0) + part.width));
  const height = most(parts.map((part, at) => (places[at]?.y ?? 0) + part.height));
  const groups = parts.map(
    ({ body }, at) =>
      `<g transform="translate(${places[at]?.x ?? 0} ${places[at]?.y ?? 0})">\n${body}\n</g>\n`,
  );
  return `<svg viewBox="0 0 ${width} ${height}" xmlns="http://www.w3.org/2000/svg">\n${groups.join('')}</svg>\n`;
}

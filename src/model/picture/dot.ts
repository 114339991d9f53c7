/** The machine in Graphviz's language: a cluster for each phase, an ID and classes on everything. */
import type { StateText } from '../definition.js';
import { allStates, definition } from '../definition.js';
import { edgesOf } from './edges.js';
import type { Edge } from './edges.js';

export const quoted = (text: string): string =>
  `"${text
    .replaceAll('\\', '\\\\')
    .replaceAll('"', String.raw`\"`)
    .replaceAll('\n', String.raw`\n`)}"`;
export const attributes = (given: Readonly<Record<string, string | number>>): string =>
  `[${Object.entries(given)
    .map(([key, value]) => `${key}=${typeof value === 'number' ? value : quoted(value)}`)
    .join(' ')}]`;
const clusterOf = (path: string): string => `cluster_${path}`;

const shapes: Readonly<Record<StateText['kind'], Readonly<Record<string, string | number>>>> = {
  acting: { shape: 'box', style: 'rounded' },
  passing: { shape: 'box', style: 'rounded,dashed' },
  resting: { shape: 'box', style: 'rounded,bold' },
  final: { shape: 'box', style: 'rounded', peripheries: 2 },
  phase: {},
};

function nodeText(state: StateText, indent: string): string[] {
  if (state.kind !== 'phase') {
    return [
      `${indent}${quoted(state.path)} ${attributes({
        id: state.path,
        class: `${state.kind} ${state.meta.onRecover}`,
        label: state.name,
        tooltip: state.description,
        ...shapes[state.kind],
      })};`,
    ];
  }
  const inner = `${indent}  `;
  return [
    `${indent}subgraph ${quoted(clusterOf(state.path))} {`,
    `${inner}graph ${attributes({ id: state.path, class: `phase ${state.meta.onRecover}`, label: state.name, tooltip: state.description })};`,
    ...state.children.flatMap((child) => nodeText(child, inner)),
    `${indent}}`,
  ];
}

/** A phase has no node of its own: an edge to it goes to where it begins, one from it leaves its frame. */
function ends(edge: Edge, states: readonly StateText[]): Record<string, string> {
  const at = (path: string): StateText | undefined => states.find((state) => state.path === path);
  const leaf = (path: string): string => {
    const state = at(path);
    if (state?.initial === null || state?.initial === undefined) return path;
    return leaf(state.initial);
  };
  const tail = at(edge.from);
  const inside = edge.to.startsWith(`${edge.from}.`);
  return {
    from: leaf(edge.from),
    to: leaf(edge.to),
    ...(tail?.kind === 'phase' && !inside ? { ltail: clusterOf(edge.from) } : {}),
    ...(at(edge.to)?.kind === 'phase' ? { lhead: clusterOf(edge.to) } : {}),
  };
}

/** Events and failures do not shape the layout: what leads on does. */
const constrains = (edge: Edge): boolean => edge.kind === 'done' || edge.kind === 'always';

function edgeText(edge: Edge, states: readonly StateText[]): string {
  const { from = '', to = '', ...clusters } = ends(edge, states);
  return `  ${quoted(from)} -> ${quoted(to)} ${attributes({
    id: `${edge.from}--${edge.kind}--${edge.to}`,
    class: edge.kind,
    label: edge.label,
    ...(edge.kind === 'event' ? { style: 'dashed' } : {}),
    ...(constrains(edge) ? {} : { constraint: 'false' }),
    ...clusters,
  })};`;
}

/** The whole machine as a Graphviz graph. */
export function diagramDot(): string {
  const machine = definition();
  const states = allStates(machine);
  return [
    'digraph graft {',
    '  graph [id="graft" rankdir="TB" compound=true newrank=true bgcolor="transparent" fontname="Helvetica,Arial,sans-serif" fontsize=18 labeljust="l" nodesep=0.35 ranksep=0.45 pad=0.3];',
    '  node [fontname="Helvetica,Arial,sans-serif" fontsize=14 margin="0.24,0.09"];',
    '  edge [fontname="Helvetica,Arial,sans-serif" fontsize=11 arrowsize=0.7];',
    ...machine.children.flatMap((child) => nodeText(child, '  ')),
    ...edgesOf(machine).map((edge) => edgeText(edge, states)),
    '}',
    '',
  ].join('\n');
}

/** The machine as Mermaid text, which code hosts draw by themselves. */
import type { StateText } from '../definition.js';
import { definition } from '../definition.js';
import { edgesOf } from './edges.js';
import type { Edge } from './edges.js';

const idOf = (path: string): string => path.replaceAll('.', '_');
const phaseOf = (path: string): string => path.split('.')[0] ?? path;
const labelled = (from: string, to: string, label: string): string =>
  `${from} --> ${to}${label === '' ? '' : `: ${label.replaceAll('\n', ', ').replaceAll(/[:;]/g, ' ')}`}`;

function stateText(state: StateText, indent: string, edges: readonly Edge[]): string[] {
  if (state.kind !== 'phase') return [`${indent}state "${state.name}" as ${idOf(state.path)}`];
  const inner = `${indent}  `;
  const mine = edges.filter(
    ({ from }) => from.slice(0, from.lastIndexOf('.')) === state.path && from.includes('.'),
  );
  return [
    `${indent}state "${state.name}" as ${idOf(state.path)} {`,
    ...(state.initial === null ? [] : [`${inner}[*] --> ${idOf(state.initial)}`]),
    ...state.children.flatMap((child) => stateText(child, inner, edges)),
    ...mine.map((edge) => {
      const stays = edge.to.startsWith(`${state.path}.`);
      if (stays) return `${inner}${labelled(idOf(edge.from), idOf(edge.to), edge.label)}`;
      // Mermaid draws no way from inside one composite state into another; its label says where to.
      const label = `${edge.label === '' ? '' : `${edge.label}, `}to ${edge.to}`;
      return `${inner}${labelled(idOf(edge.from), '[*]', label)}`;
    }),
    `${indent}}`,
  ];
}

/** The ways between phases and ends, each pair once. */
function betweenPhases(edges: readonly Edge[]): string[] {
  const pairs = new Map<string, Edge[]>();
  for (const edge of edges) {
    const [from, to] = [phaseOf(edge.from), phaseOf(edge.to)];
    if (from === to) continue;
    pairs.set(`${from} ${to}`, [...(pairs.get(`${from} ${to}`) ?? []), edge]);
  }
  return [...pairs].map(([pair, all]) => {
    const [from = '', to = ''] = pair.split(' ');
    const labels = new Set(
      all.flatMap(({ label }) => label.split('\n').filter((line) => !line.startsWith('('))),
    );
    labels.delete('');
    return `  ${labelled(from, to, [...labels].join(', '))}`;
  });
}

/** The whole machine as a Mermaid state diagram. */
export function diagramMermaid(): string {
  const machine = definition();
  const edges = edgesOf(machine);
  return [
    'stateDiagram-v2',
    ...(machine.initial === null ? [] : [`  [*] --> ${idOf(machine.initial)}`]),
    ...machine.children.flatMap((child) => stateText(child, '  ', edges)),
    ...betweenPhases(edges),
    ...machine.children
      .filter(({ kind }) => kind === 'final')
      .map(({ path }) => `  ${idOf(path)} --> [*]`),
    '',
  ].join('\n');
}

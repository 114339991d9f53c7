/** The machine as a picture that reads on light and on dark pages. */
import { diagramDot } from './dot.js';

/** Graphviz draws in black; this is what the classes on its parts are for. */
const style = `<style>
  svg { color-scheme: light dark; --ink: #1f2933; --line: #64748b; --face: #f8fafc; --frame: #eef2f7;
    --done: #15803d; --error: #b91c1c; --event: #7c3aed; --final: #dbeafe; }
  @media (prefers-color-scheme: dark) { svg { --ink: #e5e9f0; --line: #94a3b8; --face: #1e293b;
    --frame: #131c2b; --done: #4ade80; --error: #f87171; --event: #c4b5fd; --final: #1e3a5f; } }
  text { fill: var(--ink); }
  .cluster > path, .cluster > polygon, .cluster a > path, .cluster a > polygon {
    fill: var(--frame); stroke: var(--line); }
  .node path, .node polygon { fill: var(--face); stroke: var(--line); }
  .node.final path, .node.final polygon { fill: var(--final); }
  .edge path { stroke: var(--line); }
  .edge polygon { fill: var(--line); stroke: var(--line); }
  .edge.done path, .edge.done polygon { stroke: var(--done); }
  .edge.done polygon { fill: var(--done); }
  .edge.error path, .edge.error polygon { stroke: var(--error); }
  .edge.error polygon { fill: var(--error); }
  .edge.event path, .edge.event polygon { stroke: var(--event); }
  .edge.event polygon { fill: var(--event); }
</style>`;

/** Lays a graph out, offline. @returns the `svg` element alone */
export async function rendered(dot: string): Promise<string> {
  // Loaded only here: no other command needs a layout engine.
  const { instance } = await import('@viz-js/viz');
  const drawn = (await instance()).renderString(dot, { format: 'svg' });
  return drawn.slice(drawn.indexOf('<svg'));
}

/** Draws the machine; each state's part has its path as ID and its kind as class. */
export async function diagramSvg(): Promise<string> {
  const svg = await rendered(diagramDot());
  const open = svg.indexOf('>') + 1;
  return `${svg.slice(0, open)}\n${style}${svg.slice(open)}`;
}

/** A sandbox that a gateway in memory watches, and what tests do with it. */
import { expect } from 'vitest';
import type { Context, Options } from '../../../machines/index.js';
import { Lab, Watched, sandboxLabels } from '../../harness/index.js';
import type { Ended, LabOptions, ProcessOptions } from '../../harness/index.js';

export const generations = ['early', 'lifecycle'] as const;
export type Generation = (typeof generations)[number];
export type Run = Parameters<Lab['engine']['run']>[0];

/** A sandbox that its gateway has seen Ready. */
export async function sandbox(
  gateway: Generation,
  more: Partial<Run> = {},
  options: LabOptions = {},
) {
  const lab = new Lab({ gateway, ...options });
  const workspace = gateway === 'lifecycle' ? 'default' : '';
  const id = lab.engine.run({
    name: 'openshell-box',
    labels: sandboxLabels('box', workspace),
    restart: 'unless-stopped',
    volumes: ['data:/sandbox'],
    ...more,
  });
  lab.clock.advance(3000);
  expect(await phase(lab)).toBe('Ready');
  const watched = new Watched(lab, id);
  const labelled: number[] = [];
  lab.engine.watchLabels(['openshell.ai/managed-by=openshell'], (all) => labelled.push(all.length));
  return { lab, id, watched, labelled };
}
export const phase = async (lab: Lab): Promise<string> =>
  (await lab.gateway.gateway.list())[0]?.phase ?? 'none';
export const graft = (lab: Lab, options: Partial<Options> = {}, process: ProcessOptions = {}) =>
  lab.graft('openshell-box', { layer: 'carry', ...options }, process);
/** What runs may run from the image of its carried layer. */
export const imageOf = (lab: Lab): string[] => [lab.engine.find('openshell-box')?.imageId ?? ''];
export const contextOf = ({ rest }: Ended): Context => {
  if (rest === null) throw new Error('it died');
  return rest.snapshot.context;
};

export const script = (lab: Lab, ...phases: ('Error' | 'Ready' | 'Provisioning')[]) =>
  lab.gateway.gateway.script('box', { phases, from: 'replaced' });
export const noGpu: Partial<Options> = { gpuProof: { kind: 'command', argv: ['gpu?'] } };
export const errorsOf = (count: number) => Array.from({ length: count }, () => 'Error' as const);

export function watchErrors(lab: Lab): () => number {
  const from = lab.clock.now();
  return () =>
    lab.gateway.gateway.log.entries.filter(
      (entry) => entry.at > from && entry.kind === 'list' && entry.phase === 'Error',
    ).length;
}

/** Whole runs in the laboratory that put a container into the host's network. */
import { describe, expect, it } from 'vitest';
import type { Options } from '../../../machines/index.js';
import { Lab, Watched } from '../../harness/index.js';

const HOST = { network: 'host' } as const;
const RUN = {
  name: 'box',
  restart: 'always',
  networks: [{ name: 'home', aliases: ['api'] }, 'other'],
  ports: ['8080:80'],
  hostConfig: { Sysctls: { 'net.core.somaxconn': '9', 'kernel.msgmax': '65536' } },
};

const box = (lab: Lab) => lab.engine.find('box');
const networksOf = (lab: Lab) => [...(box(lab)?.endpoints.keys() ?? [])];

describe.each(['1.41', '1.51'] as const)('the host network (API %s)', (apiVersion) => {
  const laboratory = (options: Parameters<Lab['engine']['run']>[0] = RUN) => {
    const lab = new Lab({ engine: { apiVersion } });
    lab.engine.run({ name: 'db' });
    const id = lab.engine.run(options);
    return { lab, id, watched: new Watched(lab, id) };
  };

  it('is entered, all that goes is said, and nothing else changes', async () => {
    const { lab, watched } = laboratory();
    const before = structuredClone(box(lab)?.hostConfig);
    const gpuProof = { kind: 'none' } as const;
    const ended = await lab.graft('box', { ...HOST, mode: 'gpus', gpuProof });
    expect(ended.report).toMatchObject({ outcome: 'grafted', reason: null });
    expect(watched.faultsOf(ended)).toEqual([]);
    expect(ended.report?.warnings.map(({ code }) => code)).toEqual([
      'host-network',
      'networks-left',
      'ports-unpublished',
      'sysctls-dropped',
      'hostname-of-host',
      'engine-warning',
    ]);
    expect(networksOf(lab)).toEqual(['host']);
    expect(box(lab)?.config.Hostname).toBe('memory-host');
    expect(box(lab)?.hostConfig).toEqual({
      ...before,
      NetworkMode: 'host',
      Sysctls: { 'kernel.msgmax': '65536' },
      DeviceRequests: [expect.anything()],
    });
    const again = await lab.graft('box', { ...HOST, mode: 'gpus' });
    expect(again.report).toMatchObject({ outcome: 'unchanged', mode: 'gpus', warnings: [] });
  });

  it('is entered with the links of the default bridge dropped', async () => {
    const { lab, watched } = laboratory({ name: 'box', hostConfig: { Links: ['db:db'] } });
    const ended = await lab.graft('box', HOST);
    expect(ended.report?.outcome).toBe('grafted');
    expect(ended.report?.warnings.map(({ code }) => code)).toContain('links-dropped');
    expect(watched.faultsOf(ended)).toEqual([]);
  });

  it('is what was asked for, also of one that has its GPU, or that is to lose it', async () => {
    const { lab } = laboratory({ ...RUN, gpu: 'gpus' });
    const graft = async (options: Partial<Options>) => (await lab.graft('box', options)).report;
    expect(await graft({})).toMatchObject({ outcome: 'unchanged' });
    expect(await graft(HOST)).toMatchObject({ outcome: 'grafted', mode: 'gpus' });
    // No option brings networks back that are not known any more.
    expect(await graft({ mode: 'none' })).toMatchObject({ outcome: 'grafted', mode: 'none' });
    expect(networksOf(lab)).toEqual(['host']);
    expect(await graft({ ...HOST, mode: 'none' })).toMatchObject({ outcome: 'unchanged' });
  });

  it('is left again by a run that goes back, wherever it was killed', async () => {
    const { lab, id, watched } = laboratory();
    const dead = await lab.graft('box', HOST, {
      journal: ({ state }) => (state === 'cutover.namingReplacement' ? 'die-after' : undefined),
    });
    const ended = await lab.recover(dead.runId);
    expect(ended.report?.outcome).toBe('rolledBack');
    expect(watched.faultsOf(ended)).toEqual([]);
    expect(box(lab)?.id).toBe(id);
    expect(networksOf(lab)).toEqual(['home', 'other']);
  });

  it('is refused to one that shares the network of another', async () => {
    const { lab, id, watched } = laboratory({ name: 'box', networks: ['container:db'] });
    const ended = await lab.graft('box', HOST);
    expect(ended.report).toMatchObject({
      outcome: 'refused',
      reason: { code: 'network-of-another' },
    });
    expect(watched.faultsOf(ended)).toEqual([]);
    expect(box(lab)?.id).toBe(id);
  });
});

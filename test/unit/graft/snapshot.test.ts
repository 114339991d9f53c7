/** Whole runs whose kept backup is a snapshot: the original is retired, and made again when it is asked for. */
import { describe, expect, it } from 'vitest';
import { Lab, undoOf } from '../../harness/index.js';

const SERVICE = {
  'com.docker.compose.project': 'p',
  'com.docker.compose.service': 'web',
  team: 'ours',
};

function laboratory(more: Partial<Parameters<Lab['engine']['run']>[0]> = {}) {
  const lab = new Lab();
  const id = lab.engine.run({
    name: 'box',
    labels: SERVICE,
    restart: 'always',
    networks: [{ name: 'home', aliases: ['api'] }],
    volumes: ['data:/data'],
    ...more,
  });
  return { lab, id };
}
const keeping = { keepBackup: true, backup: 'snapshot' } as const;
const all = (lab: Lab) => [...lab.engine.core.containers.values()];
const services = (lab: Lab): string[] =>
  all(lab)
    .filter(({ labels }) => labels['com.docker.compose.service'] === 'web')
    .map(({ name }) => name);

describe('a graft that keeps a snapshot', () => {
  it('leaves one container with the labels, and says from which image the other comes back', async () => {
    const { lab, id } = laboratory();
    const { report } = await lab.graft('box', { ...keeping, backup: 'auto' });
    expect(report).toMatchObject({ outcome: 'grafted', reason: null });
    expect(report?.backup).toEqual({
      kind: 'snapshot',
      name: null,
      image: expect.stringMatching(/^sha256:/),
      removed: false,
    });
    expect(lab.engine.find(id)).toBeNull();
    expect(all(lab).map(({ name }) => name)).toEqual(['box']);
  });

  it('never shows a manager a rehearsal of it, nor none at all', async () => {
    const { lab } = laboratory();
    const seen = new Set<number>();
    await lab.graft('box', keeping, {
      onEntry: () => seen.add(services(lab).length),
    });
    expect([...seen].toSorted()).toEqual([1, 2]);
    expect(services(lab)).toEqual(['box']);
  });

  it('without --keep-backup keeps nothing, as ever', async () => {
    const { lab } = laboratory();
    const { report } = await lab.graft('box');
    expect(report?.outcome).toBe('grafted');
    expect(report?.backup).toMatchObject({ kind: 'container', removed: true });
    expect(services(lab)).toEqual(['box']);
  });

  it.each([
    ['its creation is refused', 'createContainer', 400],
    ['its inspect shows something else', 'inspectContainer', null],
  ])('keeps the original where the snapshot cannot be rehearsed: %s', async (_, method, status) => {
    const { lab, id } = laboratory();
    let state = '';
    const before = ({ method: asked, args }: { method: string; args: readonly unknown[] }) => {
      if (asked !== method || !state.startsWith('completion.')) return undefined;
      if (status !== null) return { kind: 'refuse', status, message: 'no such runtime' } as const;
      if (state !== 'completion.comparingSnapshot' || args[0] === id) return undefined;
      return {
        kind: 'alter',
        answer: (raw: unknown) => {
          const doc = structuredClone(raw) as { HostConfig: { ShmSize: number } };
          doc.HostConfig.ShmSize = 1;
          return doc;
        },
      } as const;
    };
    const { report } = await lab.graft('box', keeping, {
      hooks: { before },
      onEntry: ({ state: entered }) => (state = entered),
    });
    expect(report?.outcome).toBe('grafted');
    expect(report?.warnings.map(({ code }) => code)).toContain('snapshot-not-kept');
    expect(report?.backup).toMatchObject({ kind: 'container', removed: false });
    expect(lab.engine.find(id)?.status).toBe('exited');
    expect(all(lab)).toHaveLength(2);
  });
});

describe('the undoing of one', () => {
  it('brings the networks back that the replacement had left for the host’s', async () => {
    const { lab } = laboratory();
    const before = structuredClone(lab.engine.find('box')?.hostConfig);
    const first = await lab.graft('box', { ...keeping, network: 'host' });
    expect(first.report?.outcome).toBe('grafted');
    expect([...(lab.engine.find('box')?.endpoints.keys() ?? [])]).toEqual(['host']);
    const { report } = await lab.undo(undoOf(first), { network: 'host' });
    expect(report?.outcome).toBe('rolledBack');
    expect(lab.engine.find('box')?.hostConfig).toEqual(before);
    expect([...(lab.engine.find('box')?.endpoints.keys() ?? [])]).toEqual(['home']);
  });

  it('makes the original again, with everything but its ID', async () => {
    const { lab, id } = laboratory();
    const was = structuredClone(lab.engine.find(id)!);
    const first = await lab.graft('box', keeping);
    const { report } = await lab.undo(undoOf(first));
    expect(report).toMatchObject({ outcome: 'rolledBack', rolledBack: true });
    const [told] = report!.warnings.filter(({ code }) => code === 'recreated');
    expect(told?.message).toContain('made again from its snapshot');
    const now = lab.engine.find('box')!;
    expect(told?.message).toContain(now.id.slice(0, 12));
    expect(report?.container.originalId).toBe(now.id);
    expect(now.id).not.toBe(id);
    expect(now.status).toBe('running');
    for (const part of ['labels', 'hostConfig', 'mounts', 'imageId'] as const)
      expect(now[part], part).toEqual(was[part]);
    expect(all(lab)).toHaveLength(1);
  });

  it('brings the carried layer back, and leaves its image', async () => {
    const { lab } = laboratory({ written: ['/etc/ours'] });
    const first = await lab.graft('box', { ...keeping, layer: 'carry' });
    const image = first.report!.backup.image!;
    const { report } = await lab.undo(undoOf(first));
    expect(report?.outcome).toBe('rolledBack');
    expect(lab.engine.find('box')?.imageId).toBe(image);
  });

  it('is refused where the image is gone, and leaves what runs alone', async () => {
    const { lab } = laboratory();
    const first = await lab.graft('box', keeping);
    const replaced = lab.engine.find('box')!.id;
    const { report } = await lab.undo(
      undoOf(first),
      {},
      {
        onEntry: ({ state }) => {
          if (state !== 'rollback.provingWayBack') return;
          lab.engine.core.images.delete(first.report!.backup.image!);
        },
      },
    );
    expect(report).toMatchObject({ outcome: 'refused', reason: { code: 'no-way-back' } });
    expect(lab.engine.find('box')?.id).toBe(replaced);
    expect(lab.engine.find('box')?.status).toBe('running');
  });

  it('is refused where a volume of it is not held any more', async () => {
    const { lab } = laboratory();
    const first = await lab.graft('box', keeping);
    const replacement = lab.engine.find('box')!;
    replacement.mounts.splice(0);
    const { report } = await lab.undo(undoOf(first));
    expect(report).toMatchObject({
      outcome: 'refused',
      reason: { code: 'no-way-back', message: expect.stringContaining('the volume data') },
    });
    expect(all(lab).map(({ id }) => id)).toEqual([replacement.id]);
  });

  it('is refused where nothing says any more what it was', async () => {
    const { lab } = laboratory();
    const first = await lab.graft('box', keeping);
    const replaced = lab.engine.find('box')!.id;
    lab.folder.run(first.runId).rescue = null;
    const { report } = await lab.undo(undoOf(first));
    expect(report).toMatchObject({
      outcome: 'refused',
      reason: { code: 'no-way-back', message: expect.stringContaining('the rescue document') },
    });
    expect(all(lab).map(({ id, status }) => [id, status])).toEqual([[replaced, 'running']]);
  });

  it('can be grafted once more', async () => {
    const { lab } = laboratory();
    await lab.undo(undoOf(await lab.graft('box', keeping)));
    const { report } = await lab.graft('box', keeping);
    expect(report?.outcome).toBe('grafted');
    expect(all(lab)).toHaveLength(1);
  });
});

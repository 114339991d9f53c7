/** Whole runs in the laboratory on containers with volumes: the same ones afterwards, and nothing written into one. */
import { describe, expect, it } from 'vitest';
import { Lab } from '../../harness/index.js';

const mountsOf = (lab: Lab, name = 'box') =>
  lab.engine
    .find(name)
    ?.mounts.map(({ Name, Destination }) => [Name, Destination])
    .toSorted();
const volumesOf = (lab: Lab) => structuredClone([...lab.engine.core.volumes.values()]);
const failing = (lab: Lab, id: string) =>
  lab.engine.script(({ id: it, name }) => name === 'box' && it !== id, {
    exit: { afterMs: 50, code: 3 },
  });

describe('anonymous volumes', () => {
  function laboratory() {
    const lab = new Lab();
    lab.engine.image('app', { Volumes: { '/image': {} } });
    const id = lab.engine.run({
      name: 'box',
      image: 'app',
      volumes: ['/data'],
      hostConfig: { Mounts: [{ Type: 'volume', Target: '/mount' }] },
    });
    return { lab, id, before: mountsOf(lab), volumes: volumesOf(lab) };
  }

  it('stay, however often the container is grafted, and are told of once', async () => {
    const { lab, before, volumes } = laboratory();
    const told: number[] = [];
    for (let round = 0; round < 30; round++) {
      const mode = round % 2 === 0 ? 'cdi' : 'gpus';
      const { report } = await lab.graft('box', { mode });
      expect(report).toMatchObject({ outcome: 'grafted', reason: null });
      told.push(report?.warnings.filter(({ code }) => code === 'volumes-by-name').length ?? -1);
    }
    expect(told).toEqual([1, ...Array.from({ length: 29 }, () => 0)]);
    expect(mountsOf(lab)).toEqual(before);
    expect(volumesOf(lab)).toEqual(volumes);
    expect(lab.engine.find('box')?.hostConfig.Mounts).toHaveLength(3);
  });

  it('stay when the run rolls back', async () => {
    const { lab, id, before, volumes } = laboratory();
    failing(lab, id);
    const { report } = await lab.graft('box');
    expect(report).toMatchObject({ outcome: 'rolledBack', rolledBack: true });
    expect(lab.engine.find('box')?.id).toBe(id);
    expect([mountsOf(lab), volumesOf(lab)]).toEqual([before, volumes]);
  });

  it('stay when a graft is undone', async () => {
    const { lab, before, volumes } = laboratory();
    const first = await lab.graft('box', { keepBackup: true });
    expect(first.report).toMatchObject({ outcome: 'grafted' });
    const { original, replacement, engineId, backup, mode } = first.rest!.snapshot.context;
    const undone = await lab.undo({
      runId: first.runId,
      engineId: engineId!,
      original: original!,
      replacementId: replacement!.id!,
      backupName: backup!.name,
      mode,
      gateway: null,
      carriedImage: null,
      snapshot: null,
    });
    expect(undone.report).toMatchObject({ outcome: 'rolledBack' });
    expect([mountsOf(lab), volumesOf(lab)]).toEqual([before, volumes]);
  });
});

describe('borrowed volumes', () => {
  it('stay borrowed, where the image wants one at the same place too', async () => {
    const lab = new Lab();
    lab.engine.image('app', { Volumes: { '/data': {} } });
    lab.engine.run({ name: 'lender', image: 'app' });
    lab.engine.run({ name: 'box', image: 'app', hostConfig: { VolumesFrom: ['lender'] } });
    const before = [mountsOf(lab), volumesOf(lab)];
    const { report } = await lab.graft('box');
    expect(report).toMatchObject({ outcome: 'grafted', reason: null });
    expect(report?.warnings.map(({ code }) => code)).not.toContain('volumes-by-name');
    expect(lab.engine.find('box')?.hostConfig.Mounts ?? []).toEqual([]);
    expect([mountsOf(lab), volumesOf(lab)]).toEqual(before);
  });

  it('are kept where the lender was made anew since, with others', async () => {
    const lab = new Lab();
    lab.engine.run({ name: 'lender', volumes: ['/data'] });
    lab.engine.run({ name: 'box', hostConfig: { VolumesFrom: ['lender'] } });
    const before = mountsOf(lab);
    lab.engine.outsider.remove('lender');
    lab.engine.run({ name: 'lender', volumes: ['/data'] });
    const { report } = await lab.graft('box');
    expect(report).toMatchObject({ outcome: 'grafted', reason: null });
    expect(mountsOf(lab)).toEqual(before);
  });
});

describe('a named volume that the workload has emptied', () => {
  function laboratory(written: readonly string[] = []) {
    const lab = new Lab();
    const id = lab.engine.run({ name: 'box', volumes: ['v:/d', 'w:/e:ro'], written });
    lab.engine.outsider.emptyVolume('v');
    // The image has that folder: the runtime did not have to make it.
    lab.engine.find('box')?.layer.set('/d', 0);
    return { lab, id, volumes: volumesOf(lab) };
  }
  const binds = (lab: Lab) => lab.engine.find('box')?.hostConfig.Binds;
  const codes = (report: { warnings: readonly { code: string }[] } | null | undefined) =>
    report?.warnings.map(({ code }) => code);

  it.each([
    ['created ahead', [], 'carry' as const],
    ['made from its layer', ['/etc/ours'], 'carry' as const],
  ])('is not filled from the image: %s', async (_, written, layer) => {
    const { lab, volumes } = laboratory(written);
    const { report } = await lab.graft('box', { layer });
    expect(report).toMatchObject({ outcome: 'grafted', reason: null });
    expect(codes(report)).toContain('volume-nocopy');
    expect(binds(lab)).toEqual(['v:/d:nocopy', 'w:/e:ro']);
    expect(volumesOf(lab)).toEqual(volumes);
  });

  it('is told of once, and mounted so from then on', async () => {
    const { lab } = laboratory();
    await lab.graft('box', { mode: 'cdi', layer: 'discard' });
    const { report } = await lab.graft('box', { mode: 'gpus' });
    expect(codes(report)).not.toContain('volume-nocopy');
    expect(binds(lab)).toEqual(['v:/d:nocopy', 'w:/e:ro']);
  });

  it('may be filled by its workload meanwhile', async () => {
    const { lab } = laboratory();
    const { report } = await lab.graft(
      'box',
      { layer: 'discard' },
      {
        onEntry: ({ state }) => {
          const volume = lab.engine.core.volumes.get('v');
          if (state === 'preparation.comparingReplacement' && volume) volume.empty = false;
        },
      },
    );
    expect(report).toMatchObject({ outcome: 'grafted', reason: null });
  });

  it('is mounted as it was where the image has nothing at its place', async () => {
    const lab = new Lab();
    lab.engine.run({ name: 'box', volumes: ['v:/d'] });
    lab.engine.outsider.emptyVolume('v');
    const before = { ...lab.engine.core.volumes.get('v') };
    const { report } = await lab.graft('box');
    expect(codes(report)).not.toContain('volume-nocopy');
    expect(binds(lab)).toEqual(['v:/d']);
    expect(before.empty).toBe(true);
  });

  it.each([
    ['holds bytes', 4096, ['v:/d', 'w:/e:ro']],
    ['holds none', 0, ['v:/d:nocopy', 'w:/e:ro']],
    ['is not known to hold any', null, ['v:/d:nocopy', 'w:/e:ro']],
  ])('where the engine cannot look into it: %s', async (_, bytes, expected) => {
    const { lab } = laboratory();
    const v = lab.engine.core.volumes.get('v');
    if (v !== undefined) v.empty = bytes === 0;
    const hooks = {
      before: ({ method, args }: { method: string; args: readonly unknown[] }) => {
        const cannotLook = method === 'isFolderEmpty' && args[1] === '/d';
        const cannotSay = method === 'volumeBytes' && bytes === null;
        return cannotLook || cannotSay
          ? ({ kind: 'refuse', status: 400, message: 'path escapes from parent' } as const)
          : undefined;
      },
    };
    const { report } = await lab.graft('box', { layer: 'discard' }, { hooks });
    expect(report?.outcome).toBe('grafted');
    expect(binds(lab)).toEqual(expected);
  });
});

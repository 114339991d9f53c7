/** Whole runs in the laboratory whose writable layer is carried. */
import { describe, expect, it } from 'vitest';
import { Lab, Watched } from '../../harness/index.js';

function laboratory(written: readonly string[] = ['/etc/ours']) {
  const lab = new Lab();
  const env = { TOKEN: 'canary-token' };
  const id = lab.engine.run({ name: 'box', restart: 'always', env, written });
  return { lab, id, watched: new Watched(lab, id) };
}
const imagesOf = (lab: Lab) => [...lab.engine.core.images.values()];
const carried = { layer: 'carry' } as const;

describe('a writable layer', () => {
  it('is carried: the replacement runs from it, with the configuration of the original', async () => {
    const { lab } = laboratory();
    const { report } = await lab.graft('box', carried);
    expect(report).toMatchObject({ outcome: 'grafted', reason: null });
    expect(report?.warnings.map(({ code }) => code)).toContain('layer-carried');
    const now = lab.engine.find('box');
    const image = imagesOf(lab).find((one) => one.id === now?.imageId);
    expect([...(image?.changes ?? [])]).toEqual([['/etc/ours', 1]]);
    expect(now?.layer.size).toBe(0);
    expect(now?.config.Env).toEqual(['TOKEN=canary-token']);
    expect(now?.hostConfig.RestartPolicy.Name).toBe('always');
    expect(JSON.stringify(image)).not.toContain('canary-token');
  });

  it('costs no commit once it is clean, however often it is grafted', async () => {
    const { lab } = laboratory();
    for (const mode of ['cdi', 'gpus', 'cdi', 'gpus'] as const) {
      const { report } = await lab.graft('box', { ...carried, mode });
      expect(report?.outcome).toBe('grafted');
    }
    expect(imagesOf(lab)).toHaveLength(2);
    expect(lab.engine.calls.filter(({ method }) => method === 'commitContainer')).toHaveLength(1);
  });

  it('goes with the replacement where the run rolls back', async () => {
    const { lab, id } = laboratory();
    lab.engine.script(({ id: it, name }) => name === 'box' && it !== id, {
      exit: { afterMs: 50, code: 3 },
    });
    const { report } = await lab.graft('box', carried);
    expect(report).toMatchObject({ outcome: 'rolledBack', rolledBack: true });
    expect(imagesOf(lab)).toHaveLength(1);
    expect([...(lab.engine.find('box')?.layer.keys() ?? [])]).toEqual(['/etc/ours']);
  });

  it('is not touched where the engine cannot commit it', async () => {
    const { lab, id } = laboratory();
    const hooks = {
      before: ({ method }: { method: string }) =>
        method === 'commitContainer'
          ? ({ kind: 'refuse', status: 500, message: 'no space left on device' } as const)
          : undefined,
    };
    const { report } = await lab.graft('box', carried, { hooks });
    expect(report).toMatchObject({ outcome: 'rolledBack', reason: { code: 'commit-failed' } });
    expect(report?.reason?.message).toContain('no space left on device');
    expect(lab.engine.find('box')?.id).toBe(id);
  });

  it('that is written to while it stops is carried in a second go', async () => {
    const { lab, id } = laboratory([]);
    const { report } = await lab.graft('box', carried, {
      onEntry: ({ state }) => {
        if (state === 'cutover.disarmingOriginal') lab.engine.outsider.write(id, '/var/last');
      },
    });
    expect(report).toMatchObject({ outcome: 'grafted', reason: null });
    const now = lab.engine.find('box');
    const image = imagesOf(lab).find((one) => one.id === now?.imageId);
    expect([...(image?.changes.keys() ?? [])]).toEqual(['/var/last']);
    expect(now?.hostConfig.RestartPolicy.Name).toBe('always');
  });

  it('is carried from a container whose GPU variables go: its image cannot be without their names', async () => {
    const { lab } = laboratory([]);
    expect((await lab.graft('box', { mode: 'nvidia-runtime' })).report?.outcome).toBe('grafted');
    lab.engine.outsider.write(lab.engine.find('box')!.id, '/etc/ours');
    const { report } = await lab.graft('box', { ...carried, mode: 'gpus' });
    expect(report).toMatchObject({ outcome: 'grafted', reason: null });
    const blank = report?.warnings.find(({ code }) => code === 'variables-blank');
    expect(blank?.message).toContain('NVIDIA_VISIBLE_DEVICES and NVIDIA_DRIVER_CAPABILITIES');
    expect(lab.engine.find('box')?.config.Env).toEqual([
      'TOKEN=canary-token',
      'NVIDIA_VISIBLE_DEVICES=',
      'NVIDIA_DRIVER_CAPABILITIES=',
    ]);
  });

  it('is said to lose the ACLs that ls of GNU marks, and the sockets', async () => {
    const lab = new Lab();
    lab.engine.script('box', {
      exec: (argv) => {
        if (argv[0] === 'sh') {
          return { exitCode: 0, output: '-rw-rwxr--+ 1 0 0    0 Dec  1 09:15 /d/a b\n' };
        }
        return argv.includes('s') ? { exitCode: 0, output: '/d/s\n' } : { exitCode: 1, output: '' };
      },
    });
    lab.engine.run({ name: 'box', written: ['/etc/ours', '/d/s'] });
    const { report } = await lab.graft('box', carried);
    const said = (wanted: string) => report?.warnings.find(({ code }) => code === wanted)?.message;
    expect(said('acls-not-kept')).toMatch(/: \/d\/a b$/);
    expect(said('sockets-not-kept')).toMatch(/: \/d\/s$/);
  });

  it('that no image can hold is refused before anything is touched', async () => {
    const { lab, id } = laboratory(['/srv/.wh.state']);
    const { report } = await lab.graft('box', carried);
    expect(report).toMatchObject({ outcome: 'refused', reason: { code: 'layer-whiteout' } });
    expect(lab.engine.find('box')).toMatchObject({ id, status: 'running' });
  });

  it('goes when its graft is undone', async () => {
    const { lab, id } = laboratory();
    const first = await lab.graft('box', { ...carried, keepBackup: true });
    expect(first.report?.outcome).toBe('grafted');
    expect(imagesOf(lab)).toHaveLength(2);
    const {
      original,
      replacement,
      engineId,
      backup,
      mode,
      carried: made,
    } = first.rest!.snapshot.context;
    const undone = await lab.undo({
      runId: first.runId,
      engineId: engineId!,
      original: original!,
      replacementId: replacement!.id!,
      backupName: backup!.name,
      snapshot: null,
      mode,
      gateway: null,
      carriedImage: { mark: `gpugraft layer ${first.runId}`, id: made!.imageId },
    });
    expect(undone.report?.outcome).toBe('rolledBack');
    expect(lab.engine.find('box')?.id).toBe(id);
    expect(imagesOf(lab)).toHaveLength(1);
  });
});

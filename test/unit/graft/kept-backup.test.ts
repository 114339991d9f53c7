/** A backup that is kept, and that others move while the run still waits: the report says where it is. */
import { describe, expect, it } from 'vitest';
import { Lab } from '../../harness/index.js';
import type { MemoryEngine } from '../../memory/index.js';

/** A graft in whose wait others do something to the original. */
async function grafted(happens: (engine: MemoryEngine, id: string) => void) {
  const lab = new Lab();
  const id = lab.engine.run({ name: 'box', restart: 'always' });
  const ended = await lab.graft(
    'box',
    { keepBackup: true, gpuProof: { kind: 'none' } },
    {
      onEntry: ({ state }) => {
        if (state === 'completion.verifyingReplacement') happens(lab.engine, id);
      },
    },
  );
  expect(ended.report?.outcome).toBe('grafted');
  const { backup, warnings } = ended.report!;
  return { backup, codes: warnings.map(({ code }) => code), lab, id };
}

describe('a backup that is kept', () => {
  it('is named as it was set aside', async () => {
    const { backup, codes, lab, id } = await grafted(() => undefined);
    expect(backup).toMatchObject({ name: lab.engine.find(id)?.name, removed: false });
    expect(codes).toEqual([]);
  });

  it('is named as it is called now', async () => {
    const { backup, codes } = await grafted((engine, id) => engine.outsider.rename(id, 'theirs'));
    expect(backup).toMatchObject({ name: 'theirs', removed: false });
    expect(codes).toEqual(['backup-renamed']);
  });

  it('is gone where somebody else has removed it', async () => {
    const { backup, codes } = await grafted((engine, id) => engine.outsider.remove(id));
    expect(backup).toMatchObject({ kind: 'container', removed: true });
    expect(codes).toEqual(['backup-gone']);
  });
});

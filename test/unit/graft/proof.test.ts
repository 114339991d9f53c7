/** The GPU is proven again after each start of the replacement; what is reported is the last proof. */
import { expect, it } from 'vitest';
import { Lab, Watched } from '../../harness/index.js';

it('warns of no proof that was made up for after an engine took the replacement down', async () => {
  const lab = new Lab();
  const id = lab.engine.run({ name: 'box' });
  lab.engine.script(({ name }) => name === 'box', {
    exec: () => ({ exitCode: 0, output: 'GPU 0\n' }),
  });
  const watched = new Watched(lab, id);
  let proofs = 0;
  const warned: string[][] = [];
  const ended = await lab.graft(
    'box',
    {},
    {
      onEntry: ({ state }, { context }) => {
        if (state === 'confirmation.pollingSupervisor')
          warned.push(context.warnings.map(({ code }) => code));
        if (state !== 'confirmation.provingGpu') return;
        proofs += 1;
        if (proofs === 1) lab.engine.outsider.restartEngine({ kind: 'graceful' });
      },
    },
  );
  expect(proofs).toBe(2);
  expect(warned[0]).toEqual(['gpu-unshown']);
  expect(ended.report).toMatchObject({
    outcome: 'grafted',
    gpuProof: { level: 'shown' },
    warnings: [],
  });
  expect(watched.faultsOf(ended)).toEqual([]);
});

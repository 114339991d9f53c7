/** Gateways that are slow: their list lags behind, or a sandbox is Starting for long. */
import { describe, expect, it } from 'vitest';
import type { Options } from '../../../machines/index.js';
import { Lab, sandboxLabels, undoOf } from '../../harness/index.js';

const LAG_MS = 12_000;

/** A sandbox that its gateway has seen Ready. */
function sandbox(gateway: 'early' | 'lifecycle'): Lab {
  const lab = new Lab({ gateway });
  const labels = sandboxLabels('box', gateway === 'lifecycle' ? 'default' : '');
  lab.engine.run({ name: 'openshell-box', labels, restart: 'unless-stopped', volumes: ['d:/s'] });
  lab.clock.advance(60_000);
  return lab;
}
const truth = async ({ gateway }: Lab): Promise<string> => (await gateway.gateway.get('box')).phase;
const gpuFails = (lab: Lab, id: string): void =>
  lab.engine.script((one) => one.id !== id, { exec: () => ({ exitCode: 3, output: 'no GPU' }) });
const probing: Partial<Options> = { gpuProof: { kind: 'command', argv: ['gpu?'] } };

describe.each(['early', 'lifecycle'] as const)(
  'a list that lags 12 s behind (%s)',
  (generation) => {
    it('does not keep a graft from its end', async () => {
      const lab = sandbox(generation);
      lab.gateway.gateway.lagMs = LAG_MS;
      const { report } = await lab.graft('openshell-box', { layer: 'carry' });
      expect(report).toMatchObject({ outcome: 'grafted', reason: null });
      expect(await truth(lab)).toBe('Ready');
    });

    it('does not keep it from going back', async () => {
      const lab = sandbox(generation);
      const id = lab.engine.find('openshell-box')!.id;
      lab.gateway.gateway.lagMs = LAG_MS;
      gpuFails(lab, id);
      const { report } = await lab.graft('openshell-box', { layer: 'carry', ...probing });
      expect(report).toMatchObject({ outcome: 'rolledBack', rolledBack: true });
      expect(lab.engine.find('openshell-box')).toMatchObject({ id, status: 'running' });
      expect(await truth(lab)).toBe('Ready');
    });

    it('does not keep a finished one from being undone', async () => {
      const lab = sandbox(generation);
      lab.gateway.gateway.lagMs = LAG_MS;
      const ended = await lab.graft('openshell-box', { layer: 'carry', keepBackup: true });
      lab.clock.advance(LAG_MS);
      const back = await lab.undo(undoOf(ended), { layer: 'carry' });
      expect(back.report).toMatchObject({ outcome: 'rolledBack', rolledBack: true });
      expect(await truth(lab)).toBe('Ready');
    });
  },
);

describe('a sandbox whose supervisor takes 20 s to connect', () => {
  it('is stopped once it may be, for a rollback that was asked for meanwhile', async () => {
    const lab = sandbox('lifecycle');
    const ended = await lab.graft('openshell-box', { layer: 'carry', defer: true });
    const { gateway } = lab.gateway;
    await gateway.script('box', { phases: ['Starting'], from: 'now' });
    lab.clock.at(lab.clock.now() + 20_000, 'connects', () => void gateway.script('box', null));
    const back = await lab.recover(ended.runId, 'back');
    expect(back.report).toMatchObject({ outcome: 'rolledBack', rolledBack: true });
    expect(await truth(lab)).toBe('Ready');
  });
});

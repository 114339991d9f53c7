/** The gateway on an engine in memory: what it would have seen meanwhile, it has seen. */
import { describe, expect, it } from 'vitest';
import { MemoryEngine } from '../../memory/index.js';
import type { Generation } from '../../openshell/index.js';
import { labelsOf } from '../../openshell/index.js';
import { MemoryGateway } from '../../openshell/memory.js';
import type { MemoryGatewayOptions } from '../../openshell/memory.js';

function stage(generation: Generation, options: Partial<MemoryGatewayOptions> = {}) {
  const engine = new MemoryEngine({ removeMs: 20 });
  const workspace = generation === 'lifecycle' ? 'default' : '';
  const labels = labelsOf({ id: 'abc', name: 'box', workspace });
  const original = engine.run({ name: 'first', labels });
  engine.clock.advance(1000);
  const gateway = new MemoryGateway(engine, { generation, ...options });
  const second = (): string => engine.run({ name: 'second', labels, state: 'created' });
  const pass = (ms: number): void => engine.clock.advance(ms);
  return { engine, gateway, original, second, pass };
}

const phaseOf = async (gateway: MemoryGateway): Promise<string> => (await gateway.get('box')).phase;

describe('a gateway on an engine in memory', () => {
  it("sees the seed's order between two questions, as if it had looked all the time", async () => {
    const { engine, gateway, original, second, pass } = stage('early');
    expect(await phaseOf(gateway)).toBe('Ready');
    pass(20_500);
    engine.outsider.stop(original);
    const from = engine.clock.now();
    pass(199);
    engine.outsider.start(second());
    pass(90_000);
    expect(await phaseOf(gateway)).toBe('Ready');
    const { entries } = gateway.log.of('box').after(from - 1);
    const turns = entries.flatMap((one) => (one.kind === 'phase' ? [[one.to, one.at - from]] : []));
    expect(turns).toEqual([
      ['Provisioning', 0],
      ['Ready', 500],
      ['Error', 1500],
      ['Ready', 39_500],
    ]);
  });

  it('sees a removal under way only where a poll hits it', async () => {
    for (const [offset, phase] of [
      [1970, 'Ready'],
      [1990, 'Deleting'],
    ] as const) {
      const { engine, gateway, original, second, pass } = stage('middle');
      engine.outsider.start(second());
      await gateway.advance();
      pass(offset - 1);
      engine.outsider.remove(original);
      pass(30_000);
      expect(await phaseOf(gateway)).toBe(phase);
    }
  });

  it('has the order of the lifecycle end in Ready at once, and never looks Error', async () => {
    const { engine, gateway, original, second, pass } = stage('lifecycle');
    await gateway.stop('box');
    const replacement = second();
    engine.outsider.start(replacement);
    pass(130_000);
    expect(await phaseOf(gateway)).toBe('Stopped');
    engine.outsider.remove(original);
    pass(30);
    await gateway.start('box');
    expect(await phaseOf(gateway)).toBe('Ready');
    pass(130_000);
    expect(await phaseOf(gateway)).toBe('Ready');
    const seen = gateway.log.of('box');
    expect(seen.phases()).not.toContain('Error');
    expect(seen.labelled()).toEqual({ least: 1, most: 2 });
    expect(await gateway.exec('box', ['true'])).toEqual({ exitCode: 0, output: '' });
  });

  it('waits in virtual time for a stop that takes its grace', async () => {
    const { engine, gateway, original } = stage('lifecycle');
    engine.script(original, { stop: { kind: 'ignores' } });
    engine.outsider.stop(original);
    engine.outsider.start(original);
    engine.clock.advance(1000);
    const from = engine.clock.now();
    await gateway.stop('box');
    expect(engine.clock.now() - from).toBe(10_000);
    expect(await phaseOf(gateway)).toBe('Stopped');
  });

  it('forgets a sandbox at the first poll that finds nothing labelled', async () => {
    const { gateway, pass } = stage('lifecycle');
    await gateway.delete('box');
    pass(2000);
    expect(await gateway.list()).toEqual([]);
    expect(gateway.log.of('box').wasDeleted()).toBe(true);
  });

  it('asks the test what runs inside', async () => {
    const exec = (id: string, argv: readonly string[]) => ({ exitCode: 7, output: argv.join(' ') });
    const { gateway } = stage('early', { exec });
    expect(await gateway.exec('box', ['a', 'b'])).toEqual({ exitCode: 7, output: 'a b' });
  });
});

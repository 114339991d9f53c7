/** What follows for whoever replaces a sandbox's container: the orders that were measured. */
import { describe, expect, it } from 'vitest';
import { GatewayLab } from './lab.js';
import type { Fake } from './lab.js';

/** The original is stopped behind the gateway's back and kept; the replacement is healthy. */
async function seedsOrder(lab: GatewayLab): Promise<Fake> {
  lab.down(lab.original);
  await lab.pass(200);
  const replacement = lab.create();
  lab.up(replacement);
  return replacement;
}

/** Created beside the running original; stopped, started, seen running; original removed. */
async function orderWithoutLifecycle(lab: GatewayLab): Promise<Fake> {
  const replacement = lab.create();
  await lab.pass(200);
  lab.down(lab.original);
  await lab.pass(400);
  lab.up(replacement);
  await lab.pass(900);
  await lab.removed(lab.original);
  return replacement;
}

describe('0.0.44', () => {
  it("reads Error with the seed's order, from the next poll until the next sweep", async () => {
    const lab = new GatewayLab({ generation: 'early' });
    await lab.pass(20_500);
    const from = lab.time;
    await seedsOrder(lab);
    await lab.pass(90_000);
    const turns = lab.gateway.log
      .of('box')
      .after(from)
      .entries.filter((e) => e.kind === 'phase');
    // The session goes with the original; the phase follows at the poll, and the sweep heals it.
    expect(turns.map(({ to, at }) => [to, at - from])).toEqual([
      ['Provisioning', 10],
      ['Ready', 500],
      ['Error', 1500],
      ['Ready', 39_500],
    ]);
  });

  it('stays Ready after that sweep, until the next entry that changes', async () => {
    const lab = new GatewayLab({ generation: 'early' });
    await seedsOrder(lab);
    await lab.pass(180_000);
    const healed = lab.time;
    expect(await lab.phase()).toBe('Ready');
    lab.original.name = 'renamed';
    await lab.pass(2000);
    expect(lab.gateway.log.of('box').after(healed).phases()).toEqual(['Error']);
  });

  it('makes 15 polls of debounce a matter of luck: 30 s cannot outlast 60 s', async () => {
    const ends: Record<string, number> = { ready: 0, failed: 0 };
    let late = { errors: 0, tookMs: 0 };
    for (let firstSweepMs = 2000; firstSweepMs <= 60_000; firstSweepMs += 1000) {
      const lab = new GatewayLab({ generation: 'early', firstSweepMs });
      await lab.pass(10);
      lab.down(lab.original);
      lab.up(lab.create());
      await lab.pass(2000);
      const { end, errors, tookMs } = await lab.wait();
      ends[end] = (ends[end] ?? 0) + 1;
      if (end === 'failed') expect(tookMs).toBe(28_000);
      else if (errors > late.errors) late = { errors, tookMs };
    }
    expect(ends['failed']).toBeGreaterThan(ends['ready'] ?? 0);
    // The last that come through have seen 14 Errors in a row.
    expect(ends['ready']).toBeGreaterThan(20);
    expect(late.errors).toBe(14);
  });

  it('is Ready without an Error where the original is removed before the gateway looks', async () => {
    const lab = new GatewayLab({ generation: 'early' });
    await lab.pass(10);
    const from = lab.time;
    await orderWithoutLifecycle(lab);
    expect(await lab.phase()).toBe('Ready');
    await lab.pass(120_000);
    const seen = lab.gateway.log.of('box').after(from);
    expect(seen.phases()).toEqual(['Provisioning', 'Ready']);
    expect(seen.pollsIn('Error')).toBe(0);
    expect(seen.labelled().least).toBe(1);
    expect(seen.gaps()).toEqual([690]);
  });

  it('is Ready at the next poll where a poll falls into the change', async () => {
    const lab = new GatewayLab({ generation: 'early' });
    await lab.pass(1000);
    await orderWithoutLifecycle(lab);
    expect(await lab.phase()).toBe('Error');
    await lab.pass(2000);
    expect(await lab.phase()).toBe('Ready');
    expect(lab.gateway.log.of('box').phases()).not.toContain('Deleting');
  });

  it('is not disturbed by a created replacement beside the running original, two sweeps within', async () => {
    const lab = new GatewayLab({ generation: 'early' });
    await lab.pass(10);
    lab.create();
    await lab.pass(57_000);
    const healthy = lab.gateway.log.of('box').phases();
    await lab.pass(63_010);
    expect(healthy).toEqual(['Ready']);
    expect(lab.gateway.log.of('box').pollsIn('Error')).toBe(0);
    expect(await lab.phase()).toBe('Ready');
  });

  it('reads Error while a carried layer is checked for 3 s, and Ready within 2 s of the removal', async () => {
    const lab = new GatewayLab({ generation: 'early' });
    await lab.pass(10);
    lab.down(lab.original);
    await lab.pass(500);
    lab.up(lab.create());
    await lab.pass(3000);
    await expect(lab.gateway.exec('box', ['true'])).rejects.toThrow('phase: Error');
    await lab.removed(lab.original);
    await lab.pass(2000);
    expect(await lab.phase()).toBe('Ready');
  });

  it('has no stop and no start', async () => {
    const lab = new GatewayLab({ generation: 'early' });
    await expect(lab.gateway.stop('box')).rejects.toMatchObject({ code: 'Unimplemented' });
    await expect(lab.gateway.start('box')).rejects.toMatchObject({ code: 'Unimplemented' });
  });
});

describe('0.0.90 to 0.0.104', () => {
  it('never lets go of a removal that a poll has hit', async () => {
    const lab = new GatewayLab({ generation: 'middle' });
    lab.up(lab.create());
    await lab.pass(1980);
    await lab.removed(lab.original);
    await lab.pass(10);
    expect(await lab.phase()).toBe('Deleting');
    await lab.pass(120_000);
    expect(await lab.phase()).toBe('Deleting');
  });

  it('lets go of it at 0.0.44', async () => {
    const lab = new GatewayLab({ generation: 'early' });
    lab.up(lab.create());
    await lab.pass(1980);
    await lab.removed(lab.original);
    await lab.pass(2010);
    expect(lab.gateway.log.of('box').phases()).toContain('Deleting');
    expect(await lab.phase()).toBe('Ready');
  });
});

describe('0.0.111', () => {
  it('does not hold a look that began before a start against the sandbox', async () => {
    const lab = new GatewayLab({ generation: 'lifecycle' });
    await lab.pass(2500);
    await lab.gateway.stop('box');
    const { original } = lab;
    // The engine starts it while a poll has seen it down already, and not told yet.
    let look: Promise<void> = Promise.resolve();
    lab.start = async () => {
      lab.late = new Promise((resolve) => setTimeout(resolve, 20));
      look = lab.gateway.poll();
      await new Promise((resolve) => setImmediate(resolve));
      lab.up(original);
    };
    await lab.gateway.start('box');
    await look;
    await lab.pass(5000);
    expect(await lab.phase()).toBe('Ready');
  });

  it('takes a stop behind its back for MainProcessExited, for ever', async () => {
    const lab = new GatewayLab({ generation: 'lifecycle' });
    await lab.pass(10);
    lab.down(lab.original);
    await lab.pass(2000);
    expect(lab.gateway.registry.find('box')).toMatchObject({
      phase: 'Error',
      reason: 'MainProcessExited',
    });
    lab.up(lab.original);
    await lab.pass(120_000);
    expect(await lab.phase()).toBe('Error');
    await expect(lab.gateway.stop('box')).rejects.toThrow('sandbox must be Ready to stop');
    await expect(lab.gateway.start('box')).rejects.toThrow('sandbox must be Stopped to start');
    await lab.gateway.delete('box');
    expect(await lab.gateway.list()).toEqual([]);
  });

  it('is Ready after stop, create, removal of the original, start', async () => {
    const lab = new GatewayLab({ generation: 'lifecycle' });
    await lab.gateway.stop('box');
    lab.create();
    await lab.removed(lab.original);
    await lab.pass(3000);
    await lab.gateway.start('box');
    expect(await lab.phase()).toBe('Starting');
    await lab.pass(900);
    expect(await lab.phase()).toBe('Ready');
    await lab.pass(120_000);
    expect(await lab.phase()).toBe('Ready');
  });

  it('is Error for ever where the original is still there at the start', async () => {
    const lab = new GatewayLab({ generation: 'lifecycle' });
    await lab.gateway.stop('box');
    const replacement = lab.create();
    await lab.pass(3000);
    await lab.gateway.start('box');
    expect(replacement.status).toBe('running');
    await lab.pass(2000);
    expect(await lab.phase()).toBe('Error');
    lab.gone(lab.original);
    await lab.pass(120_000);
    expect(await lab.phase()).toBe('Error');
  });

  it.each([1000, 4000, 130_000])(
    'stays Stopped while the started replacement is checked for %i ms, and is Ready at once after the start',
    async (checkMs) => {
      const lab = new GatewayLab({ generation: 'lifecycle' });
      await lab.gateway.stop('box');
      const from = lab.time;
      const replacement = lab.create();
      lab.up(replacement);
      await lab.pass(checkMs);
      expect(await lab.phase()).toBe('Stopped');
      await lab.removed(lab.original);
      await lab.pass(10);
      expect(lab.gateway.log.of('box').after(from).phases()).toEqual([]);
      await lab.gateway.start('box');
      expect(await lab.phase()).toBe('Ready');
      await lab.pass(120_000);
      expect(await lab.phase()).toBe('Ready');
      expect(lab.gateway.log.of('box').labelled().least).toBe(1);
    },
  );

  it('goes back by a start, once the replacement is removed', async () => {
    const lab = new GatewayLab({ generation: 'lifecycle' });
    await lab.gateway.stop('box');
    const replacement = lab.create();
    lab.up(replacement);
    await lab.pass(4000);
    lab.down(replacement);
    await lab.removed(replacement);
    await lab.gateway.start('box');
    expect(lab.original.status).toBe('running');
    await lab.pass(300);
    expect(await lab.phase()).toBe('Ready');
    await lab.pass(60_000);
    expect(await lab.phase()).toBe('Ready');
  });

  it('stops the newest labelled container, which the replacement would be', async () => {
    const lab = new GatewayLab({ generation: 'lifecycle' });
    await lab.pass(10);
    const replacement = lab.create();
    await lab.gateway.stop('box');
    expect(replacement.status).toBe('exited');
    expect(lab.original.status).toBe('running');
  });

  it('sees nothing of its own stop but Stopping and Stopped, however long it takes', async () => {
    const lab = new GatewayLab({ generation: 'lifecycle' });
    lab.stopMs = 10_000;
    await lab.gateway.stop('box');
    expect(lab.gateway.log.of('box').phases()).toEqual(['Ready', 'Stopping', 'Stopped']);
    await lab.gateway.stop('box');
    expect(await lab.phase()).toBe('Stopped');
  });

  it('takes a second stop while the first is under way, and is stopped after both', async () => {
    const lab = new GatewayLab({ generation: 'lifecycle' });
    lab.stopMs = 5000;
    await Promise.all([lab.gateway.stop('box'), lab.gateway.stop('box')]);
    expect(lab.gateway.log.of('box').phases()).toEqual(['Ready', 'Stopping', 'Stopped']);
    expect(lab.original.status).toBe('exited');
  });

  it('does not take a start that is under way for an exit', async () => {
    const lab = new GatewayLab({ generation: 'lifecycle' });
    await lab.gateway.stop('box');
    lab.startMs = 10_000;
    await lab.gateway.start('box');
    await lab.pass(2000);
    expect(lab.gateway.log.of('box').phases().slice(-3)).toEqual(['Stopped', 'Starting', 'Ready']);
  });

  it('stays Starting while no supervisor comes back, however often it is started', async () => {
    let live = true;
    const supervisorOf = (): 'live' | 'absent' => (live ? 'live' : 'absent');
    const lab = new GatewayLab({ generation: 'lifecycle', supervisorOf });
    await lab.gateway.stop('box');
    live = false;
    await lab.gateway.start('box');
    await lab.pass(130_000);
    expect(await lab.phase()).toBe('Starting');
    await lab.gateway.start('box');
    await expect(lab.gateway.stop('box')).rejects.toThrow('(current phase: Starting)');
    expect(await lab.phase()).toBe('Starting');
    live = true;
    expect(await lab.phase()).toBe('Ready');
  });

  it('restores the phase, and says why, where the engine will not stop it', async () => {
    const lab = new GatewayLab({ generation: 'lifecycle' });
    lab.stop = () => Promise.reject(new Error('tried to kill container'));
    await expect(lab.gateway.stop('box')).rejects.toThrow(
      'stop sandbox failed: tried to kill container',
    );
    expect(await lab.phase()).toBe('Ready');
  });

  it('deletes the record of a stopped sandbox with no container as well', async () => {
    const lab = new GatewayLab({ generation: 'lifecycle' });
    await lab.gateway.stop('box');
    lab.gone(lab.original);
    await lab.pass(2000);
    lab.up(lab.create());
    await lab.pass(120_000);
    // Nor does it know what is labelled later: its own store is what counts.
    expect(await lab.gateway.list()).toEqual([]);
  });
});

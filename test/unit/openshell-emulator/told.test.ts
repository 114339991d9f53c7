/** What a gateway tells: behind its time, as scripted, and what it has kept of what it saw. */
import { describe, expect, it } from 'vitest';
import type { Phase, SupervisorOf } from '../../openshell/index.js';
import { GatewayLab } from './lab.js';

const times = (count: number, phase: Phase): Phase[] => Array.from({ length: count }, () => phase);

describe('a list that lags', () => {
  const lagMs = 12_000;

  it('answers what was true 12 s before; get and exec do not', async () => {
    const lab = new GatewayLab({ generation: 'early', lagMs });
    await lab.pass(10);
    lab.down(lab.original);
    await lab.pass(2000);
    expect((await lab.gateway.get('box')).phase).toBe('Error');
    await expect(lab.gateway.exec('box', ['true'])).rejects.toThrow('Error');
    await lab.pass(11_980);
    expect((await lab.gateway.list())[0]?.phase).toBe('Provisioning');
    await lab.pass(10);
    expect((await lab.gateway.list())[0]?.phase).toBe('Error');
  });

  it('goes on listing what is gone, for 12 s', async () => {
    const lab = new GatewayLab({ generation: 'lifecycle', lagMs });
    await lab.gateway.delete('box');
    await lab.pass(11_990);
    expect(await lab.gateway.list()).toHaveLength(1);
    await lab.pass(10);
    expect(await lab.gateway.list()).toEqual([]);
  });

  it('does not list what has just been made', async () => {
    const lab = new GatewayLab({ generation: 'lifecycle', lagMs });
    await lab.pass(10);
    const other = { id: 'def456', name: 'other', workspace: 'default' };
    lab.gateway.register(other);
    lab.up(lab.create(other));
    await lab.pass(11_980);
    expect((await lab.gateway.get('other')).phase).toBe('Ready');
    expect((await lab.gateway.list()).map(({ name }) => name)).toEqual(['box']);
    await lab.pass(20);
    expect((await lab.gateway.list()).map(({ name }) => name)).toEqual(['box', 'other']);
  });
});

describe('a script', () => {
  it('says 14 Errors and then Ready: a success', async () => {
    const lab = new GatewayLab({ generation: 'early' });
    await lab.gateway.script('box', { phases: [...times(14, 'Error'), 'Ready'], from: 'now' });
    expect(await lab.wait()).toEqual({ end: 'ready', errors: 14, tookMs: 28_000 });
  });

  it('says 15 Errors: a failure', async () => {
    const lab = new GatewayLab({ generation: 'early' });
    await lab.gateway.script('box', { phases: [...times(15, 'Error'), 'Ready'], from: 'now' });
    expect(await lab.wait()).toEqual({ end: 'failed', errors: 15, tookMs: 28_000 });
  });

  it('says Provisioning for ever', async () => {
    const lab = new GatewayLab({ generation: 'early' });
    await lab.gateway.script('box', { phases: ['Provisioning'], from: 'now' });
    await expect(lab.wait()).rejects.toThrow('still Provisioning after 900 s');
    expect(lab.gateway.log.of('box').told('Ready')).toBe(0);
  });

  it('lets exec and get read what the next list will say', async () => {
    const lab = new GatewayLab({ generation: 'early' });
    await lab.gateway.script('box', { phases: ['Error', 'Ready'], from: 'now' });
    await expect(lab.gateway.exec('box', ['true'])).rejects.toThrow('not ready (phase: Error)');
    expect((await lab.gateway.get('box')).phase).toBe('Error');
    expect((await lab.gateway.list())[0]?.phase).toBe('Error');
    expect((await lab.gateway.exec('box', ['true'])).exitCode).toBe(0);
  });

  it('begins with the replacement, where it is told to', async () => {
    const lab = new GatewayLab({ generation: 'early' });
    await lab.gateway.script('box', { phases: ['Error'], from: 'replaced' });
    const replacement = lab.create();
    await lab.pass(10);
    expect((await lab.gateway.list())[0]?.phase).toBe('Ready');
    lab.up(replacement);
    expect((await lab.gateway.list())[0]?.phase).toBe('Error');
  });

  it('leaves a stopped sandbox Stopped until it is started', async () => {
    const lab = new GatewayLab({ generation: 'lifecycle' });
    await lab.gateway.script('box', { phases: ['Error'], from: 'replaced' });
    await lab.gateway.stop('box');
    lab.up(lab.create());
    lab.gone(lab.original);
    await lab.pass(4000);
    expect((await lab.gateway.list())[0]?.phase).toBe('Stopped');
    await lab.gateway.start('box');
    expect((await lab.gateway.list())[0]?.phase).toBe('Error');
  });

  it('ends when it is taken back', async () => {
    const lab = new GatewayLab({ generation: 'early' });
    await lab.gateway.script('box', { phases: ['Error'], from: 'now' });
    await lab.gateway.script('box', null);
    expect((await lab.gateway.get('box')).phase).toBe('Ready');
  });

  it('needs a sandbox, and a phase', async () => {
    const lab = new GatewayLab({ generation: 'early' });
    await expect(lab.gateway.script('nobody', null)).rejects.toThrow('no sandbox nobody');
    await expect(lab.gateway.script('box', { phases: [], from: 'now' })).rejects.toThrow('phase');
  });
});

describe('the log', () => {
  it('tells the time from a Ready to the next, and that the last one is still awaited', async () => {
    let live = true;
    const supervisorOf: SupervisorOf = () => (live ? 'live' : 'absent');
    const lab = new GatewayLab({ generation: 'early', supervisorOf });
    await lab.pass(100);
    live = false;
    await lab.pass(700);
    live = true;
    await lab.pass(100);
    live = false;
    await lab.pass(100);
    expect(lab.gateway.log.of('box').gaps()).toEqual([700, null]);
  });

  it('counts labelled containers at each poll, and polls by the phase they left', async () => {
    const lab = new GatewayLab({ generation: 'early' });
    await lab.pass(10);
    lab.down(lab.original);
    lab.create();
    await lab.pass(4000);
    const seen = lab.gateway.log.of('box');
    expect(seen.labelled()).toEqual({ least: 1, most: 2 });
    expect([seen.pollsIn('Ready'), seen.pollsIn('Error')]).toEqual([1, 2]);
    expect(lab.gateway.log.of('other').entries).toEqual([]);
  });

  it('counts from the first container on: a record is there before it', async () => {
    const lab = new GatewayLab({ generation: 'lifecycle' });
    const other = { id: 'def456', name: 'other', workspace: 'default' };
    lab.gateway.register(other);
    await lab.pass(2000);
    lab.create(other);
    await lab.pass(2000);
    const seen = lab.gateway.log.of('other');
    expect(seen.entries.some((entry) => 'labelled' in entry && entry.labelled === 0)).toBe(true);
    expect(seen.labelled()).toEqual({ least: 1, most: 1 });
  });

  it('keeps what was asked of the lifecycle, and whether it was accepted', async () => {
    const lab = new GatewayLab({ generation: 'lifecycle' });
    await lab.gateway.stop('box');
    await lab.gateway.start('box');
    await lab.pass(10);
    await expect(lab.gateway.stop('box')).rejects.toThrow('(current phase: Starting)');
    const asked = lab.gateway.log.of('box').entries.filter((entry) => 'accepted' in entry);
    expect(asked.map(({ kind, accepted }) => [kind, accepted])).toEqual([
      ['stop', true],
      ['start', true],
      ['stop', false],
    ]);
  });
});

describe('a look', () => {
  it('that fails is not made up for, and does not stop the next one', async () => {
    const lab = new GatewayLab({ generation: 'early' });
    await lab.pass(10);
    const { labelled } = lab;
    lab.labelled = () => Promise.reject(new Error('engine is away'));
    lab.time += 1990;
    await expect(lab.gateway.advance()).rejects.toThrow('engine is away');
    expect(lab.gateway.nextDue - lab.time).toBe(2000);
    lab.labelled = labelled.bind(lab);
    await lab.pass(2000);
    expect(await lab.phase()).toBe('Ready');
  });

  it('that is answered late does not undo a later one', async () => {
    const lab = new GatewayLab({ generation: 'early' });
    await lab.pass(10);
    const then = await lab.labelled();
    let answer: () => void = () => undefined;
    const { labelled } = lab;
    lab.labelled = async () => {
      await new Promise<void>((resolve) => (answer = resolve));
      return then;
    };
    const late = lab.gateway.poll();
    await Promise.resolve();
    lab.labelled = labelled.bind(lab);
    lab.down(lab.original);
    const next = lab.gateway.poll();
    answer();
    await Promise.all([late, next]);
    expect(await lab.phase()).toBe('Error');
  });
});

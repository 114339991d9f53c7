/** How a gateway sees containers: each statement of what was read or measured on real ones. */
import { describe, expect, it } from 'vitest';
import type { ContainerStatus, Generation, SupervisorOf } from '../../openshell/index.js';
import { GatewayLab } from './lab.js';

const generations: readonly Generation[] = ['early', 'middle', 'lifecycle'];

describe.each(generations)('%s', (generation) => {
  it('reads Ready where a supervisor holds a session, Provisioning until it does', async () => {
    const lab = new GatewayLab({ generation });
    lab.original.startedAt = lab.time;
    expect(await lab.phase()).toBe('Provisioning');
    await lab.pass(290);
    expect(await lab.phase()).toBe('Provisioning');
    await lab.pass(10);
    expect(await lab.phase()).toBe('Ready');
  });

  it('reads Provisioning again when the session is lost', async () => {
    let live = true;
    const supervisorOf: SupervisorOf = () => (live ? 'live' : 'absent');
    const lab = new GatewayLab({ generation, supervisorOf });
    expect(await lab.phase()).toBe('Ready');
    live = false;
    expect(await lab.phase()).toBe('Provisioning');
    live = true;
    expect(await lab.phase()).toBe('Ready');
  });

  it.each<[ContainerStatus, string, string]>([
    ['created', 'Provisioning', 'ContainerCreated'],
    ['exited', 'Error', generation === 'lifecycle' ? 'MainProcessExited' : 'ContainerExited'],
    ['paused', 'Error', 'ContainerPaused'],
    ['restarting', 'Error', 'ContainerRestarting'],
    ['dead', 'Error', 'ContainerDead'],
    ['removing', 'Deleting', 'ContainerRemoving'],
  ])('reads %s as %s', async (status, phase, reason) => {
    const lab = new GatewayLab({ generation });
    lab.down(lab.original, status);
    await lab.gateway.poll();
    expect(lab.gateway.registry.find('box')).toMatchObject({ phase, reason });
  });

  it('polls every 2 s: a stop between two polls shows at the second one', async () => {
    const lab = new GatewayLab({ generation });
    expect(await lab.phase()).toBe('Ready');
    await lab.pass(4000);
    const polls = lab.gateway.log.of('box').entries.filter(({ kind }) => kind === 'poll');
    expect(polls.map(({ at }) => at - (polls[0]?.at ?? 0))).toEqual([0, 2000, 4000]);
    lab.down(lab.original);
    await lab.pass(1990);
    expect(await lab.phase()).toBe('Provisioning');
    await lab.pass(10);
    expect(await lab.phase()).toBe('Error');
  });

  it('sweeps every 60 s', async () => {
    const lab = new GatewayLab({ generation });
    await lab.pass(120_010);
    const sweeps = lab.gateway.log.of('box').entries.filter(({ kind }) => kind === 'sweep');
    expect(sweeps).toHaveLength(2);
    expect((sweeps[1]?.at ?? 0) - (sweeps[0]?.at ?? 0)).toBe(60_000);
  });

  it('lets the oldest win at a poll, and the newest at a sweep', async () => {
    const lab = new GatewayLab({ generation });
    await lab.pass(10);
    const second = lab.create();
    lab.down(second, 'exited');
    await lab.pass(50_000);
    expect(await lab.phase()).toBe('Ready');
    await lab.pass(10_000);
    expect(await lab.phase()).toBe('Error');
  });

  it('deletes the record when nothing is labelled any more', async () => {
    const lab = new GatewayLab({ generation });
    await lab.pass(10);
    lab.gone(lab.original);
    await lab.pass(2000);
    expect(lab.gateway.registry.find('box')).toBeNull();
    expect(lab.gateway.log.of('box').wasDeleted()).toBe(true);
    await expect(lab.gateway.get('box')).rejects.toThrow('sandbox not found');
  });

  it('keeps the record when another one is labelled at each poll', async () => {
    const lab = new GatewayLab({ generation });
    await lab.pass(10);
    lab.create();
    lab.gone(lab.original);
    await lab.pass(2000);
    expect(lab.gateway.log.of('box').wasDeleted()).toBe(false);
    expect(lab.gateway.log.of('box').labelled()).toEqual({ least: 1, most: 1 });
  });

  it('refuses exec unless the phase is Ready', async () => {
    const lab = new GatewayLab({ generation });
    const { output } = await lab.gateway.exec('box', ['true', 'x']);
    expect(output).toBe('container-1: true x');
    lab.down(lab.original);
    await lab.pass(2000);
    await expect(lab.gateway.exec('box', ['true'])).rejects.toThrow('not ready (phase: Error)');
  });

  it('is not impressed by a supervisor that connects while it reads Error', async () => {
    let live = false;
    const supervisorOf: SupervisorOf = () => (live ? 'live' : 'absent');
    const lab = new GatewayLab({ generation, supervisorOf });
    lab.down(lab.original);
    await lab.pass(10);
    const second = lab.create();
    lab.up(second);
    live = true;
    await lab.pass(1900);
    expect(await lab.phase()).toBe('Error');
    expect(lab.gateway.log.of('box').phases()).toEqual(['Error']);
  });

  it('is not impressed by one that connects while it reads Deleting', async () => {
    const lab = new GatewayLab({ generation });
    lab.down(lab.original, 'removing');
    await lab.pass(10);
    lab.up(lab.create());
    await lab.pass(1900);
    expect(await lab.phase()).toBe('Deleting');
  });

  it('ignores containers without its labels', async () => {
    const lab = new GatewayLab({ generation });
    lab.create().labels = { 'io.gpugraft.role': 'rehearsal' };
    await lab.pass(120_010);
    expect(lab.gateway.log.of('box').phases()).toEqual(['Ready']);
    expect(lab.gateway.registry.all()).toHaveLength(1);
  });
});

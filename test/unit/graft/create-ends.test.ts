/** A sandbox that is being made: what is interrupted, and what is not even begun. */
import { describe, expect, it } from 'vitest';
import { EngineUnreachable } from '../../../src/docker/errors.js';
import { GatewayUnreachable } from '../../../src/openshell/errors.js';
import { World } from './creating.js';

describe('interrupted', () => {
  it('before there is a container, it ends with the command', async () => {
    const world = new World();
    const made = world.begin();
    await world.cancels();
    await world.ends({ exitCode: 130 });
    expect(await made).toMatchObject({
      exitCode: 130,
      report: { outcome: 'refused', reason: { code: 'cancelled' } },
    });
  });

  it('after the graft, it is taken back even where the command succeeds', async () => {
    const world = new World();
    const made = world.begin();
    await world.appears();
    await world.pass(3000);
    await world.cancels();
    await world.ends({ exitCode: 0 });
    expect(await made).toMatchObject({
      exitCode: 0,
      report: { outcome: 'rolledBack', reason: { code: 'cancelled' } },
    });
    expect(world.did.at(-1)).toBe('back, steadily');
  });

  it('before anything was begun, it begins nothing', async () => {
    const world = new World();
    world.cancel.abort('SIGTERM');
    expect(await world.begin()).toMatchObject({
      exitCode: null,
      report: { reason: { code: 'cancelled' } },
    });
    expect(world.did).toEqual([]);
  });
});

describe('nothing is begun', () => {
  it('where the sandbox has a container, running or not', async () => {
    for (const state of ['running', 'exited']) {
      const world = new World();
      world.containers = [{ id: 'box-id', names: ['openshell-box'], labels: {}, state }];
      // oxlint-disable-next-line no-await-in-loop -- one after the other reads better when it fails
      const { report: said, exitCode } = await world.begin();
      expect(exitCode).toBeNull();
      expect(said).toMatchObject({ outcome: 'refused', reason: { code: 'sandbox-exists' } });
      expect(world.did).toEqual([]);
      expect(world.heard).toBeNull();
    }
  });

  it('where the engine or the client does not answer', async () => {
    const world = new World();
    world.watchError = new EngineUnreachable('down', 'no socket');
    expect(await world.begin()).toMatchObject({
      exitCode: null,
      report: { reason: { code: 'engine-unreachable' } },
    });
    const other = new World();
    other.gatewayError = new GatewayUnreachable('client-missing', 'ENOENT');
    expect(await other.begin()).toMatchObject({
      exitCode: null,
      report: { reason: { code: 'gateway-unreachable' } },
    });
    expect([...world.did, ...other.did]).toEqual([]);
  });
});

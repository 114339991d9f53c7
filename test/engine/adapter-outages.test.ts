/** The adapter on an engine's bad days: it falls silent, restarts, is killed. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { EngineAmbiguous, EngineUnreachable } from '../../src/docker/errors.js';
import { EngineLab, failureOf, NOWHERE } from './adapter/lab.js';

describe.each(['oldest', 'newest'])('the %s engine', (kind) => {
  const lab = new EngineLab(`adapter-${kind}`);
  beforeAll(() => lab.up('--engine', kind));
  afterEach(() => lab.clear());
  afterAll(() => lab.down());

  test('an engine that does not answer: a look gives up, a change is ambiguous and lands later', async () => {
    const id = await lab.create('hung-a');
    await lab.port.startContainer(id);
    const hasty = lab.open({ look: 1000, stopMargin: 1000 });
    // Both kinds of connection are open before the engine falls silent: what is sent then arrives.
    await hasty.inspectContainer(id);
    await hasty.layerChanges(id);
    lab.script('pause');
    try {
      expect(await failureOf(hasty.inspectContainer(id))).toMatchObject({
        name: 'EngineUnreachable',
        kind: 'down',
      });
      expect(await failureOf(hasty.stopContainer(id, 0))).toBeInstanceOf(EngineAmbiguous);
    } finally {
      lab.script('resume');
    }
    lab.docker('wait', id);
    expect((await hasty.inspectContainer(id))?.State.Running).toBe(false);
    await hasty.close();
    await lab.port.removeContainer(id, true);
  });

  test('a restart shows in the epoch, and the port goes on over new connections', async () => {
    const before = await lab.port.engine();
    lab.script('restart');
    const after = await lab.port.engine();
    expect(after.epoch).not.toBe(before.epoch);
    expect({ ...after, epoch: null }).toEqual({ ...before, epoch: null });
    expect(await lab.port.inspectContainer(NOWHERE)).toBeNull();
  });

  test('an engine that is killed in the middle of a call', async () => {
    const id = await lab.create('killed-a');
    await lab.port.startContainer(id);
    const before = await lab.port.engine();
    const command = ['sh', '-c', 'touch /begun; sleep 1000'];
    const exec = failureOf(lab.port.exec(id, command, { timeoutMs: 60_000 }));
    const begun = { Path: '/begun', Kind: 1 };
    await expect.poll(() => lab.port.layerChanges(id), { timeout: 20_000 }).toContainEqual(begun);
    lab.script('kill');
    expect(await exec).toBeInstanceOf(EngineAmbiguous);
    expect(await failureOf(lab.port.inspectContainer(id))).toBeInstanceOf(EngineUnreachable);
    lab.script('up');
    // It came back although a container ran on its bridge, and without live-restore.
    expect((await lab.port.engine()).epoch).not.toBe(before.epoch);
    await lab.port.removeContainer(id, true);
  });
});

describe('an engine with live-restore', () => {
  const lab = new EngineLab('adapter-live');
  beforeAll(() => lab.up('--engine', 'newest', '--live-restore'));
  afterEach(() => lab.clear());
  afterAll(() => lab.down());

  test('has no epoch: it keeps its bridge while containers run on it', async () => {
    const id = await lab.create('live-a');
    await lab.port.startContainer(id);
    const created = (): string => lab.docker('network', 'inspect', '-f', '{{.Created}}', 'bridge');
    const before = created();
    lab.script('restart');
    expect(created()).toBe(before);
    expect((await lab.port.engine()).epoch).toBeNull();
    expect((await lab.port.inspectContainer(id))?.State.Running).toBe(true);
    await lab.port.removeContainer(id, true);
  });
});

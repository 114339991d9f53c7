/**
 * Which sandbox of its gateway is meant, and a client of another time than the gateway, on real
 * engines: `openshell` as a command, with `--workspace` where it knows that.
 */
import { expect, it } from 'vitest';
import { Engine, at, text } from './support/engines.js';
import { withSandbox } from './support/sandbox.js';

it('of two of one name grafts the one in its workspace, and lets the other be', async () => {
  const engine = await Engine.up('newest');
  const setting = { generation: 'lifecycle', workspace: 'team', speed: 10 } as const;
  await withSandbox(engine, setting, async ({ gateway, scene, labelled }) => {
    const other = await gateway.createSandbox('box');
    const before = await engine.inspect(other);
    // The client is in the workspace `default` unless it is told: whatever is asked without is of the other.
    expect(await scene.graft()).toMatchObject({ outcome: 'grafted', reason: null });
    expect(await gateway.phase('box', 'team')).toBe('Ready');
    expect(await gateway.phase('box', 'default')).toBe('Ready');
    const after = await engine.inspect(other);
    expect(at(after, 'State.StartedAt')).toBe(at(before, 'State.StartedAt'));
    expect((await labelled()).map((doc) => text(doc, 'Id')).toSorted()).toEqual(
      [other, text(await scene.named(), 'Id')].toSorted(),
    );
    expect(text(await scene.named(), 'Id')).not.toBe(scene.originalId);
  });
});

it('refuses with a client older than the gateway, which would stop it behind its back', async () => {
  const engine = await Engine.up('newest');
  const setting = { generation: 'lifecycle', client: 'early' } as const;
  await withSandbox(engine, setting, async ({ gateway, scene }) => {
    const report = await scene.graft();
    expect(report).toMatchObject({
      outcome: 'refused',
      reason: {
        code: 'openshell-client-old',
        hint: expect.stringContaining('--openshell-bin') as string,
      },
    });
    expect(at(await scene.original(), 'State.StartedAt')).toBe(at(scene.before, 'State.StartedAt'));
    expect(await gateway.phase('box')).toBe('Ready');
  });
});

it('touches nothing with a client newer than the gateway, which has no stop', async () => {
  const engine = await Engine.up('oldest');
  const setting = { generation: 'early', client: 'lifecycle' } as const;
  await withSandbox(engine, setting, async ({ gateway, scene, labelled }) => {
    const report = await scene.graft();
    expect(report).toMatchObject({
      outcome: 'rolledBack',
      rolledBack: true,
      reason: {
        code: 'gateway-refused',
        hint: expect.stringContaining('--openshell-bin') as string,
      },
    });
    expect(at(await scene.original(), 'State.StartedAt')).toBe(at(scene.before, 'State.StartedAt'));
    expect((await labelled()).map((doc) => text(doc, 'Id'))).toEqual([scene.originalId]);
    expect(await gateway.phase('box')).toBe('Ready');
  });
});

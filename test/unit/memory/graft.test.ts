/** The engine driven as a graft drives it: the shape of a whole run, and what it costs. */
import { describe, expect, it } from 'vitest';
import { rawContainer, type JsonObject } from '../../../src/docker/raw.js';
import { atRest, baseline, MemoryEngine, neverBothRunning } from '../../memory/index.js';
import type { DockerPort } from '../../../src/docker/port.js';

async function graft(port: DockerPort, id: string, ids: Set<string>): Promise<string> {
  const original = await port.inspectContainer(id);
  if (original === null) throw new Error('the original is gone');
  const { RestartPolicy: policy } = original.HostConfig;
  const body = {
    ...original.Config,
    HostConfig: {
      ...original.HostConfig,
      DeviceRequests: [{ Count: -1, Capabilities: [['gpu']] }],
    },
  } as unknown as JsonObject;
  delete body.Hostname;
  const created = await port.createContainer('web.gpugraft-1', body);
  ids.add(created.id);
  await port.stopContainer(id, null);
  await port.setRestartPolicy(id, { name: 'no', maximumRetryCount: 0 });
  await port.renameContainer(id, 'web.backup');
  await port.renameContainer(created.id, 'web');
  await port.startContainer(created.id);
  for (let poll = 0; poll < 15; poll++) await port.inspectContainer(created.id);
  await port.removeContainer(id, false);
  expect(policy.Name).toBe('always');
  return created.id;
}

describe('a graft on the engine in memory', () => {
  it('swaps the containers, and leaves nothing', async () => {
    const engine = new MemoryEngine();
    engine.run({ name: 'db' });
    const id = engine.run({ name: 'web', restart: 'always', health: { cmd: 'true' } });
    const ids = new Set([id]);
    const before = baseline(engine, ids);
    const together = neverBothRunning(engine, ids);
    const replacement = await graft(engine.port(), id, ids);
    const policy = { name: 'always', maximumRetryCount: 0 };
    const rest = { name: 'web', ids: [...ids], policy, running: true, before };
    expect(atRest(engine, rest)).toEqual([]);
    expect(together.violations).toEqual([]);
    expect(engine.find('web')?.id).toBe(replacement);
    expect(engine.describe()).toBe(
      'container db #1 running restart=no\n' +
        'container web #2 running restart=always gpu health=starting\n' +
        'image busybox:latest\n',
    );
    expect(engine.calls.length).toBe(23);
  });

  it('answers with documents that are valid, and not its own', async () => {
    const engine = new MemoryEngine({ apiVersion: '1.41' });
    const id = engine.run({ name: 'web', volumes: ['/data', 'v:/v'], ports: ['80:80'] });
    const port = engine.port();
    const document = await port.inspectContainer(id);
    expect(rawContainer.parse(document)).toEqual(document);
    document!.HostConfig.RestartPolicy.Name = 'always';
    document!.Mounts.length = 0;
    expect((await port.inspectContainer(id))?.HostConfig.RestartPolicy.Name).toBe('no');
    expect((await port.inspectContainer(id))?.Mounts).toHaveLength(2);
  });
});

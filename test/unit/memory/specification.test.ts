/** What a create makes of its body: configuration, mounts, volumes, images. */
import { describe, expect, it } from 'vitest';
import { rawContainer, type JsonObject } from '../../../src/docker/raw.js';
import { MemoryEngine } from '../../memory/index.js';

const inspected = async (engine: MemoryEngine, ref: string) => {
  const document = await engine.port().inspectContainer(ref);
  return rawContainer.parse(document);
};

describe.each(['1.41', '1.51'] as const)('a document at API %s', (apiVersion) => {
  const old = apiVersion === '1.41';

  it('has what the engine generates', async () => {
    const engine = new MemoryEngine({ apiVersion });
    const id = engine.run({ name: 'web', hostConfig: { RestartPolicy: null } });
    const document = await inspected(engine, id);
    expect(document.Config.Hostname).toBe(id.slice(0, 12));
    expect(document.HostConfig.NetworkMode).toBe(old ? 'default' : 'bridge');
    expect(document.HostConfig.RestartPolicy.Name).toBe(old ? '' : 'no');
    expect(document.HostConfig.Runtime).toBe('runc');
    expect(Object.keys(document.NetworkSettings.Networks!)).toEqual(['bridge']);
    expect(document.Config.MacAddress).toBeUndefined();
  });

  it('makes an equal one when its own Config and HostConfig are sent back', async () => {
    const engine = new MemoryEngine({ apiVersion });
    engine.image('app', {
      Entrypoint: ['/entry'],
      Cmd: ['serve'],
      Env: ['PATH=/bin', 'A=image'],
      Labels: { from: 'image' },
      Volumes: { '/vol': {} },
      WorkingDir: '/srv',
    });
    const id = engine.run({
      name: 'web',
      image: 'app',
      restart: 'on-failure:3',
      env: { A: 'own' },
      labels: { own: 'yes' },
      ports: ['8080:80'],
      volumes: ['named:/d:ro', '/host:/h'],
      health: { cmd: 'true', intervalS: 7 },
      hostConfig: { ShmSize: 1, CapAdd: ['NET_ADMIN'], FieldOfTheFuture: { a: [1] } },
    });
    const original = await inspected(engine, id);
    expect(original.Config.Env).toEqual(['A=own', 'PATH=/bin']);
    expect(original.Config.Labels).toEqual({ from: 'image', own: 'yes' });
    const { Hostname: _generated, ...config } = original.Config;
    const body = { ...config, HostConfig: original.HostConfig } as unknown as JsonObject;
    const { id: copy } = await engine.port().createContainer('copy', body);
    const created = await inspected(engine, copy);
    expect(created.HostConfig).toEqual(original.HostConfig);
    expect({ ...created.Config, Hostname: '' }).toEqual({ ...original.Config, Hostname: '' });
    expect([created.Path, created.Args]).toEqual([original.Path, original.Args]);
  });
});

it.each([
  [
    { Entrypoint: [''], Cmd: ['x'] },
    { Entrypoint: null, Cmd: ['x'] },
  ],
  [{ Entrypoint: ['/sh'] }, { Entrypoint: ['/sh'], Cmd: null }],
  [{ Cmd: ['x'] }, { Entrypoint: ['/entry'], Cmd: ['x'] }],
  [{ Entrypoint: null }, { Entrypoint: ['/entry'], Cmd: ['serve'] }],
])('merges %j with the image', async (given, merged) => {
  const engine = new MemoryEngine();
  engine.image('app', { Entrypoint: ['/entry'], Cmd: ['serve'] });
  await engine.port().createContainer('web', { Image: 'app', ...given });
  expect((await inspected(engine, 'web')).Config).toMatchObject(merged);
});

describe('volumes', () => {
  it('are made at create, anonymous ones too, and shown as mounts', async () => {
    const engine = new MemoryEngine();
    const mounts: JsonObject[] = [
      { Type: 'volume', Source: 'v', Target: '/m', VolumeOptions: { NoCopy: true } },
      {
        Type: 'bind',
        Source: '/b',
        Target: '/b',
        ReadOnly: true,
        BindOptions: { Propagation: 'rslave' },
      },
      { Type: 'tmpfs', Target: '/t' },
    ];
    const volumes = ['/anon', 'v:/d:ro', '/host:/h:rshared'];
    const id = engine.run({
      name: 'web',
      volumes,
      hostConfig: { Mounts: mounts, Tmpfs: { '/run': '' } },
    });
    const shown = (await inspected(engine, id)).Mounts;
    const brief = shown.map(({ Type, Name, Destination, Mode, RW, Propagation }) => [
      Type,
      Name?.length === 64 ? 'anonymous' : Name,
      Destination,
      Mode,
      RW,
      Propagation,
    ]);
    expect(brief).toEqual([
      ['volume', 'v', '/d', 'ro', false, ''],
      ['bind', undefined, '/h', 'rshared', true, 'rshared'],
      ['volume', 'v', '/m', 'z', true, ''],
      ['bind', undefined, '/b', '', false, 'rslave'],
      ['tmpfs', undefined, '/t', '', true, ''],
      ['volume', 'anonymous', '/anon', '', true, ''],
    ]);
    expect(engine.core.volumes.size).toBe(2);
    const { Name } = shown.find(({ Destination }) => Destination === '/anon')!;
    await engine.port().removeContainer(id, true);
    expect(engine.core.volumes.has(Name!)).toBe(true);
  });

  it('are written by a mere create, unless it is told not to copy', async () => {
    const engine = new MemoryEngine();
    engine.image('busybox');
    const create = (name: string, bind: string) =>
      engine
        .port()
        .createContainer(name, { Image: 'busybox', Cmd: ['x'], HostConfig: { Binds: [bind] } });
    await create('claim', 'v:/d:nocopy');
    expect(engine.core.volumes.get('v')?.copiedInto).toBe(0);
    await create('plain', 'v:/d');
    expect(engine.core.volumes.get('v')?.copiedInto).toBe(1);
    await create('again', 'v:/d');
    expect(engine.core.volumes.get('v')?.copiedInto).toBe(1);
  });

  it('are not made by a create that is refused', async () => {
    const engine = new MemoryEngine();
    engine.image('busybox');
    const body = { Image: 'busybox', Cmd: ['x'], HostConfig: { Binds: ['v:/d', 'w:/d'] } };
    await expect(engine.port().createContainer('web', body)).rejects.toThrow('Duplicate');
    expect([engine.core.volumes.size, engine.core.names.size]).toEqual([0, 0]);
  });

  it('explain what a layer shows that nothing was written to', async () => {
    const engine = new MemoryEngine();
    const id = engine.run({
      name: 'web',
      volumes: ['/data/deep'],
      hostConfig: { Tmpfs: { '/run': '' } },
    });
    const fresh = engine.run({ name: 'fresh', volumes: ['/data'], state: 'created' });
    engine.outsider.write(id, '/etc/x', 2);
    const port = engine.port();
    expect(await port.layerChanges(fresh)).toEqual([]);
    expect(await port.layerChanges(id)).toEqual([
      { Path: '/data', Kind: 0 },
      { Path: '/data/deep', Kind: 1 },
      { Path: '/run', Kind: 1 },
      { Path: '/etc/x', Kind: 2 },
    ]);
  });
});

it('runs the image that the tag meant, whatever it means by now', async () => {
  const engine = new MemoryEngine();
  const first = engine.image('app:1');
  const id = engine.run({ name: 'web', image: 'app:1' });
  const second = engine.image('app:2');
  engine.outsider.moveTag('app:1', second);
  const port = engine.port();
  expect((await inspected(engine, id)).Image).toBe(first);
  expect((await port.inspectImage('app:1'))?.Id).toBe(second);
  expect((await port.inspectImage(first))?.RepoTags).toEqual([]);
  engine.outsider.removeImage(first);
  expect(await port.inspectImage(first)).toBeNull();
  await expect(port.createContainer('copy', { Image: first, Cmd: ['x'] })).rejects.toMatchObject({
    status: 404,
  });
});

/** Networks, addresses and ports: configured always, held only while it runs. */
import { describe, expect, it } from 'vitest';
import { MemoryEngine } from '../../memory/index.js';

const SUBNET = '172.29.77.0/24';
const at = (ip: string) => ({ name: 'n1', ip });
const failure = async (work: Promise<unknown>) => {
  const error = await work.then(
    () => null,
    (reason: Error & { status: number }) => reason,
  );
  return error === null ? null : [error.status, error.message];
};

describe.each(['1.41', '1.51'] as const)('networks at API %s', (apiVersion) => {
  const old = apiVersion === '1.41';
  const prefix = old ? '' : 'failed to set up container networking: ';
  const setUp = () => {
    const engine = new MemoryEngine({ apiVersion });
    engine.network('n1', SUBNET);
    engine.network('n2');
    return { engine, port: engine.port() };
  };

  it('show what is configured, and addresses only while it runs', async () => {
    const { engine, port } = setUp();
    const networks = [
      { ...at('172.29.77.9'), aliases: ['api'] },
      { name: 'n2', aliases: ['db'] },
    ];
    const id = engine.run({ name: 'web', networks });
    const short = id.slice(0, 12);
    const running = (await port.inspectContainer(id))!.NetworkSettings.Networks!;
    expect(running.n1).toMatchObject({
      IPAMConfig: { IPv4Address: '172.29.77.9' },
      Aliases: old ? ['api', short] : ['api'],
      IPAddress: '172.29.77.9',
      IPPrefixLen: 24,
      Gateway: '172.29.77.1',
    });
    expect(running.n2).toMatchObject({ IPAMConfig: null, IPAddress: '172.18.0.2' });
    expect(running.n1!.DNSNames).toEqual(old ? undefined : ['web', 'api', short]);
    expect(running.n1!.MacAddress).toMatch(old ? /^02:42:ac:1d:4d:09$/ : /^0a(:[0-9a-f]{2}){5}$/);
    await port.stopContainer(id, 1);
    const stopped = (await port.inspectContainer(id))!.NetworkSettings.Networks!;
    expect(stopped.n1).toMatchObject({
      IPAMConfig: { IPv4Address: '172.29.77.9' },
      Aliases: old ? ['api', short] : ['api'],
      NetworkID: running.n1!.NetworkID,
      EndpointID: '',
      IPAddress: '',
      Gateway: '',
      MacAddress: '',
    });
  });

  it('give a static address to one at a time', async () => {
    const { engine, port } = setUp();
    const first = engine.run({ name: 'first', networks: [at('172.29.77.9')] });
    const second = engine.run({ name: 'second', networks: [at('172.29.77.9')], state: 'created' });
    const taken = [403, `${prefix}Address already in use`];
    expect(await failure(port.startContainer(second))).toEqual(taken);
    await port.stopContainer(first, 1);
    await port.startContainer(second);
    expect(await failure(port.startContainer(first))).toEqual(taken);
    expect(engine.find(first)).toMatchObject({ status: 'exited', exitCode: 143 });
    await port.removeContainer(second, true);
    engine.outsider.takeAddress('n1', '172.29.77.9');
    expect(await failure(port.startContainer(first))).toEqual(taken);
    engine.outsider.freeAddress('n1', '172.29.77.9');
    expect(await failure(port.startContainer(first))).toBeNull();
  });

  it('are connected to before and after the start; twice is nothing, or refused', async () => {
    const { engine, port } = setUp();
    const id = engine.run({ name: 'web', networks: ['n1'], state: 'created' });
    await port.connectNetwork('n2', id, { Aliases: ['db'] });
    await port.connectNetwork('n2', id, { Aliases: ['other'] });
    await port.startContainer(id);
    const { n2 } = (await port.inspectContainer(id))!.NetworkSettings.Networks!;
    expect(n2).toMatchObject({ Aliases: old ? ['db', id.slice(0, 12)] : ['db'] });
    expect(n2!.IPAddress).not.toBe('');
    expect(await failure(port.connectNetwork('n2', id, {}))).toEqual([
      403,
      'endpoint with name web already exists in network n2',
    ]);
  });

  it('refuse a second one to a container in the network of the host, of none, of another', async () => {
    const { engine, port } = setUp();
    const joined = 'container sharing network namespace with another container or host';
    for (const [mode, text] of [
      ['host', `${joined} cannot be connected to any other network`],
      ['container:host', `${joined} cannot be connected to any other network`],
      [
        'none',
        'container cannot be connected to multiple networks with one of the networks in private (none) mode',
      ],
    ] as const) {
      const name = mode.replace('container:', 'in-');
      const id = engine.run({ name, hostConfig: { NetworkMode: mode } });
      expect(await failure(port.connectNetwork('n2', id, {}))).toEqual([400, text]);
    }
  });

  it('check aliases and addresses, the older one at start', async () => {
    const { engine, port } = setUp();
    engine.image('busybox');
    const wrong: [network: string, endpoint: object, status: number, text: string][] = [
      [
        'bridge',
        { Aliases: ['x'] },
        400,
        'network-scoped alias is supported only for containers in user defined networks',
      ],
      [
        'n2',
        { IPAMConfig: { IPv4Address: '172.30.1.1' } },
        400,
        'user specified IP address is supported only when connecting to networks with user configured subnets',
      ],
      [
        'n1',
        { IPAMConfig: { IPv4Address: '172.30.1.1' } },
        old ? 500 : 400,
        old
          ? "Invalid address 172.30.1.1: It does not belong to any of this network's subnets"
          : 'no configured subnet or ip-range contain the IP address 172.30.1.1',
      ],
    ];
    for (const [network, endpoint, status, text] of wrong) {
      const creating = port.createContainer(`on-${network}`, {
        Image: 'busybox',
        Cmd: ['true'],
        HostConfig: { NetworkMode: network },
        NetworkingConfig: { EndpointsConfig: { [network]: endpoint as never } },
      });
      const before = `invalid config for network ${network}: invalid endpoint settings:\n`;
      const found = old
        ? await failure(creating.then(({ id }) => port.startContainer(id)))
        : await failure(creating);
      expect(found).toEqual([status, old ? text : `${before}${text}`]);
    }
  });

  it('takes several endpoints at create only from API 1.44 on', async () => {
    const { engine, port } = setUp();
    engine.image('busybox');
    const creating = port.createContainer('web', {
      Image: 'busybox',
      Cmd: ['true'],
      HostConfig: { NetworkMode: 'n1' },
      NetworkingConfig: { EndpointsConfig: { n1: {}, n2: {} } },
    });
    const text = 'Container cannot be connected to network endpoints: n1, n2';
    expect(await failure(creating)).toEqual(old ? [400, text] : null);
  });

  it('need the container whose network is shared, and running', async () => {
    const { engine, port } = setUp();
    const owner = engine.run({ name: 'owner' });
    const child = engine.run({ name: 'child', hostConfig: { NetworkMode: `container:${owner}` } });
    await port.stopContainer(child, 1);
    await port.stopContainer(owner, 1);
    expect(await failure(port.startContainer(child))).toEqual([
      409,
      old
        ? `cannot join network of a non running container: ${owner}`
        : 'cannot join network namespace of a non running container: container owner is exited',
    ]);
    await port.removeContainer(owner, false);
    expect(await failure(port.startContainer(child))).toEqual(
      old
        ? [404, `No such container: ${owner}`]
        : [500, `joining network namespace of container: No such container: ${owner}`],
    );
  });

  it('give a host port to one at a time, and free it with a stop', async () => {
    const { engine, port } = setUp();
    const first = engine.run({ name: 'first', ports: ['127.0.0.1:8080:80', '81/udp'] });
    expect((await port.inspectContainer(first))?.NetworkSettings.Ports).toEqual({
      '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '8080' }],
      '81/udp': [
        { HostIp: '0.0.0.0', HostPort: '32768' },
        { HostIp: '::', HostPort: '32768' },
      ],
    });
    const start = async (name: string, publish: string) =>
      (await failure(
        port.startContainer(engine.run({ name, ports: [publish], state: 'created' })),
      )) ?? 'up';
    const busy = (name: string, why: string) => [
      500,
      expect.stringMatching(
        new RegExp(
          `^${prefix}driver failed programming external connectivity on endpoint ${name} \\([0-9a-f]{64}\\): ${why.replaceAll('.', '\\.')}$`,
        ),
      ),
    ];
    expect(await start('same', '127.0.0.1:8080:80')).toEqual(
      busy('same', 'Bind for 127.0.0.1:8080 failed: port is already allocated'),
    );
    expect(await start('every', '8080:80')).toEqual(
      busy(
        'every',
        old
          ? 'Error starting userland proxy: listen tcp4 0.0.0.0:8080: bind: address already in use'
          : 'Bind for 127.0.0.1:8080 failed: port is already allocated',
      ),
    );
    expect(await start('udp', '8080:80/udp')).toBe('up');
    expect(await start('elsewhere', '127.0.0.2:8080:80')).toBe('up');
    await port.stopContainer(first, 1);
    await port.startContainer('same');
    expect(await failure(port.startContainer(first))).toEqual(
      busy('first', 'Bind for 127.0.0.1:8080 failed: port is already allocated'),
    );
    engine.outsider.takePort('9090/tcp');
    expect(await start('outside', '9090:80')).toMatchObject([
      500,
      expect.stringContaining('address already in use'),
    ]);
    engine.outsider.freePort('9090/tcp');
    expect(await failure(port.startContainer('outside'))).toBeNull();
  });
});

it('warns where published ports mean nothing', async () => {
  const engine = new MemoryEngine();
  engine.image('busybox');
  const { warnings } = await engine.port().createContainer('web', {
    Image: 'busybox',
    Cmd: ['true'],
    HostConfig: { NetworkMode: 'host', PortBindings: { '80/tcp': [{ HostPort: '80' }] } },
  });
  expect(warnings).toEqual(['Published ports are discarded when using host network mode']);
});

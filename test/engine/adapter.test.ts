/** The adapter against real engines: every call of the port. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDockerPort } from '../../src/docker/adapter/index.js';
import { EngineAmbiguous, EngineRefused } from '../../src/docker/errors.js';
import { integerOf } from '../../src/docker/lossless-json.js';
import type { JsonObject } from '../../src/docker/raw.js';
import { EngineLab, failureOf, IMAGE, NOWHERE, SLEEP } from './adapter/lab.js';

describe.each([
  ['oldest', '1.41'],
  ['newest', '1.51'],
])('the %s engine', (kind, apiVersion) => {
  const lab = new EngineLab(`adapter-${kind}`);
  beforeAll(() => lab.up('--engine', kind));
  afterAll(() => lab.down());

  test('says what it is', async () => {
    const facts = await lab.port.engine();
    expect(facts).toMatchObject({ apiVersion, osType: 'linux' });
    expect(facts.id).toBe(lab.docker('info', '--format', '{{.ID}}'));
    expect(facts.runtimes).toContain('runc');
    expect(facts.epoch).not.toBeNull();
    expect(await lab.port.engine()).toEqual(facts);
  });

  test('a container from its creation to its removal', async () => {
    const id = await lab.create('life-a');
    expect((await lab.port.inspectContainer('life-a'))?.Id).toBe(id);
    await lab.port.startContainer(id);
    await lab.port.startContainer(id);
    expect((await lab.port.inspectContainer(id))?.State).toMatchObject({
      Status: 'running',
      Running: true,
    });

    const sum = await lab.port.exec(id, [
      'sh',
      '-c',
      'echo out; echo err >&2; echo x > /made; exit 3',
    ]);
    expect(sum.exitCode).toBe(3);
    expect(sum.output.split('\n').toSorted()).toEqual(['', 'err', 'out']);
    const missing = await lab.port.exec(id, ['no-such-command']);
    expect([126, 127]).toContain(missing.exitCode);
    expect(missing.output).toContain('executable file not found');
    const flood = await lab.port.exec(id, ['sh', '-c', 'yes | head -c 3000000']);
    expect(flood).toMatchObject({ exitCode: 0 });
    expect(flood.output).toHaveLength(64 * 1024);
    expect(await failureOf(lab.port.exec(id, SLEEP, { timeoutMs: 500 }))).toBeInstanceOf(
      EngineAmbiguous,
    );
    expect(await lab.port.layerChanges(id)).toContainEqual({ Path: '/made', Kind: 1 });

    await lab.port.renameContainer(id, 'life-b');
    expect(await lab.port.inspectContainer('life-a')).toBeNull();
    await lab.port.stopContainer(id, 5);
    await lab.port.stopContainer(id, null);
    expect((await lab.port.inspectContainer(id))?.State.Running).toBe(false);
    await lab.port.setRestartPolicy(id, { name: 'on-failure', maximumRetryCount: 3 });
    const policy = async () => (await lab.port.inspectContainer(id))?.HostConfig.RestartPolicy;
    expect(await policy()).toEqual({ Name: 'on-failure', MaximumRetryCount: 3 });
    await lab.port.setRestartPolicy(id, { name: '', maximumRetryCount: 0 });
    expect(await policy()).toEqual({ Name: 'no', MaximumRetryCount: 0 });

    expect(await lab.port.listContainers(['gpugraft.test=life-a', 'gpugraft.test'])).toEqual([
      { id, names: ['life-b'], labels: { 'gpugraft.test': 'life-a' }, state: 'exited' },
    ]);
    expect(await lab.port.listContainers(['gpugraft.test=else'])).toEqual([]);
    await lab.port.removeContainer(id, false);
    expect(await lab.port.inspectContainer(id)).toBeNull();
  });

  test('logs of both streams, and of a terminal', async () => {
    const Cmd = ['sh', '-c', 'for i in 1 2 3 4; do echo line $i; done; echo last >&2'];
    const id = await lab.create('logs-a', { Cmd });
    const tty = await lab.create('logs-tty', { Cmd, Tty: true });
    for (const each of [id, tty]) {
      await lab.port.startContainer(each);
      lab.docker('wait', each);
    }
    expect((await lab.port.logs(id, 10)).split('\n').toSorted()).toEqual([
      '',
      'last',
      'line 1',
      'line 2',
      'line 3',
      'line 4',
    ]);
    expect((await lab.port.logs(id, 2)).trim().split('\n')).toHaveLength(2);
    expect(await lab.port.logs(tty, 1)).toBe('last\r\n');
    const loud = await lab.create('logs-loud', { Cmd: ['sh', '-c', 'yes | head -c 600000'] });
    await lab.port.startContainer(loud);
    lab.docker('wait', loud);
    expect(await lab.port.logs(loud, 1_000_000)).toHaveLength(256 * 1024);
    for (const each of [id, tty, loud]) await lab.port.removeContainer(each, true);
  });

  test('a further network, with its alias', async () => {
    const network = lab.docker('network', 'create', 'adapter-net');
    const id = await lab.create('net-a');
    await lab.port.connectNetwork(network, id, { Aliases: ['db'] });
    const endpoint = (await lab.port.inspectContainer(id))?.NetworkSettings.Networks?.[
      'adapter-net'
    ];
    expect(endpoint?.Aliases).toContain('db');
    await lab.port.startContainer(id);
    // Only a running one is refused a second time; for a stopped one the engine says yes again.
    expect(await failureOf(lab.port.connectNetwork(network, id, {}))).toBeInstanceOf(EngineRefused);
    expect(await failureOf(lab.port.connectNetwork(NOWHERE, id, {}))).toMatchObject({
      status: 404,
    });
    await lab.port.removeContainer(id, true);
    lab.docker('network', 'rm', network);
  });

  test('integers beyond 2^53 and awkward keys survive a re-creation', async () => {
    const wide = {
      Name: 'core',
      Soft: '\u0000int:9223372036854775807',
      Hard: '\u0000int:9223372036854775807',
    };
    const one = await lab.create('wide-a', {
      Labels: { '\u0000str:__proto__': 'kept', 'a=b': '"\\ü' },
      HostConfig: { Ulimits: [wide] },
    });
    const found = await lab.port.inspectContainer(one);
    expect(integerOf(found?.HostConfig.Ulimits?.[0]?.Hard)).toBe(2n ** 63n - 1n);
    const two = await lab.port.createContainer('wide-b', {
      ...(found?.Config as JsonObject),
      HostConfig: found?.HostConfig as JsonObject,
    });
    const shown = (id: string): string =>
      lab.docker('inspect', '--format', '{{json .HostConfig}} {{json .Config.Labels}}', id);
    expect(shown(two.id)).toBe(shown(one));
    expect(shown(one)).toContain('9223372036854775807');
    expect(shown(one)).toContain('"__proto__":"kept"');
    for (const each of [one, two.id]) await lab.port.removeContainer(each, true);
  });

  test('what is not there, and what may not be done', async () => {
    expect(await lab.port.inspectContainer(NOWHERE)).toBeNull();
    expect(await lab.port.inspectImage('no.such/image:tag')).toBeNull();
    expect((await lab.port.inspectImage(IMAGE))?.RepoTags).toContain(IMAGE);
    const refused = await Promise.all(
      [
        lab.port.startContainer(NOWHERE),
        lab.port.stopContainer(NOWHERE, null),
        lab.port.renameContainer(NOWHERE, 'other'),
        lab.port.setRestartPolicy(NOWHERE, { name: 'no', maximumRetryCount: 0 }),
        lab.port.removeContainer(NOWHERE, false),
        lab.port.exec(NOWHERE, ['true']),
        lab.port.logs(NOWHERE, 1),
        lab.port.layerChanges(NOWHERE),
        lab.port.createContainer('no-image', { Image: 'no.such/image:tag' }),
      ].map(failureOf),
    );
    for (const error of refused)
      expect(error).toMatchObject({ name: 'EngineRefused', status: 404 });
    const id = await lab.create('taken-a');
    expect(await failureOf(lab.create('taken-a'))).toMatchObject({
      name: 'EngineRefused',
      status: 409,
    });
    expect(await failureOf(lab.port.exec(id, ['true']))).toMatchObject({
      name: 'EngineRefused',
      status: 409,
    });
    await lab.port.startContainer(id);
    expect(await failureOf(lab.port.removeContainer(id, false))).toMatchObject({
      name: 'EngineRefused',
      status: 409,
    });
    await lab.port.removeContainer(id, true);
    const elsewhere = createDockerPort({ host: `${lab.host}-not` });
    expect(await failureOf(elsewhere.engine())).toMatchObject({
      name: 'EngineUnreachable',
      kind: 'down',
    });
    await elsewhere.close();
  });

  test('a stop that takes its time holds up no look', async () => {
    const id = await lab.create('slow-a', {
      Cmd: ['sh', '-c', 'trap "" TERM; while :; do sleep 1; done'],
      HostConfig: {},
    });
    await lab.port.startContainer(id);
    lab.calls = [];
    const stop = lab.port.stopContainer(id, 2);
    const seen: (boolean | undefined)[] = [];
    for (let index = 0; index < 5; index += 1)
      seen.push((await lab.port.inspectContainer(id))?.State.Running);
    await stop;
    expect(seen).toEqual([true, true, true, true, true]);
    expect(lab.calls.at(-1)?.path).toContain('/stop');
    await lab.port.removeContainer(id, true);
  });

  test('what a look costs', async () => {
    const id = await lab.create('timed-a');
    lab.calls = [];
    for (let index = 0; index < 50; index += 1) await lab.port.inspectContainer(id);
    const sorted = lab.calls.map((call) => call.ms).toSorted((a, b) => a - b);
    expect(sorted).toHaveLength(50);
    const [median, slowest] = [sorted[25], sorted[49]].map((ms) => `${ms?.toFixed(2)} ms`);
    process.stdout.write(`${kind}: 50 inspects, median ${median}, slowest ${slowest}\n`);
    await lab.port.removeContainer(id, true);
  });
});

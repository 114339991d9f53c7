/** The engine's refusals, status and text, as measured on 20.10.24 and 28.5.2. */
import { describe, expect, it } from 'vitest';
import { EngineRefused } from '../../../src/docker/errors.js';
import type { DockerPort } from '../../../src/docker/port.js';
import { MemoryEngine } from '../../memory/index.js';

const API = ['1.41', '1.51'] as const;
const NO = { name: 'no', maximumRetryCount: 0 };

/** Fills in what a text says of a container. */
type Case = [
  what: string,
  act: (port: DockerPort, ids: Record<string, string>) => Promise<unknown>,
  status: number,
  old: string,
  modern?: string,
];

const CONFLICT = (holder: string) =>
  `Conflict. The container name "/web" is already in use by container "${holder}". You have to remove (or rename) that container to be able to reuse that name.`;
const BODY = { Image: 'busybox', Cmd: ['true'] };
const shared = (HostConfig: object, more: object = {}) =>
  ({ ...BODY, ...more, HostConfig: { NetworkMode: 'container:web', ...HostConfig } }) as never;

const CASES: Case[] = [
  ['create under a taken name', (p) => p.createContainer('web', BODY), 409, CONFLICT('$web')],
  [
    'create under a name of one letter',
    (p) => p.createContainer('x', BODY),
    400,
    'Invalid container name (x), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed',
  ],
  [
    'create from no image',
    (p) => p.createContainer('n1', { ...BODY, Image: 'nope/nope' }),
    404,
    'No such image: nope/nope:latest',
  ],
  [
    'create with an unknown runtime',
    (p) => p.createContainer('n1', { ...BODY, HostConfig: { Runtime: 'nvidia' } }),
    400,
    'Unknown runtime specified nvidia',
    'unknown or invalid runtime name: nvidia',
  ],
  [
    'create with an unknown policy',
    (p) => p.createContainer('n1', { ...BODY, HostConfig: { RestartPolicy: { Name: 'bogus' } } }),
    400,
    "invalid restart policy 'bogus'",
    "invalid restart policy: unknown policy 'bogus'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'",
  ],
  [
    'create with auto-remove and a policy',
    (p) =>
      p.createContainer('n1', {
        ...BODY,
        HostConfig: { AutoRemove: true, RestartPolicy: { Name: 'always' } },
      }),
    400,
    "can't create 'AutoRemove' container with restart policy",
  ],
  [
    'create with two mounts at one place',
    (p) => p.createContainer('n1', { ...BODY, HostConfig: { Binds: ['/a:/d', 'v:/d'] } }),
    400,
    'Duplicate mount point: /d',
  ],
  [
    'create with a shared network and a hostname',
    (p) => p.createContainer('n1', shared({}, { Hostname: 'x' })),
    400,
    'conflicting options: hostname and the network mode',
  ],
  [
    'create with a shared network and ports',
    (p) => p.createContainer('n1', shared({ PortBindings: { '80/tcp': [{ HostPort: '80' }] } })),
    400,
    'conflicting options: port publishing and the container type network mode',
  ],
  [
    'rename to a taken name',
    (p, { other }) => p.renameContainer(other!, 'web'),
    409,
    `Error when allocating new name: ${CONFLICT('$web')}`,
  ],
  [
    'rename to its own name',
    (p, { web }) => p.renameContainer(web!, 'web'),
    400,
    'Renaming a container with the same name as its current name',
  ],
  [
    'rename to no name',
    (p, { web }) => p.renameContainer(web!, 'a/b'),
    400,
    'Error when allocating new name: Invalid container name (/a/b), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed',
  ],
  [
    'remove a running one',
    (p, { web }) => p.removeContainer(web!, false),
    409,
    'You cannot remove a running container $web. Stop the container before attempting removal or force remove',
    'cannot remove container "web": container is running: stop the container before removing or force remove',
  ],
  [
    'remove a paused one',
    (p, { paused }) => p.removeContainer(paused!, false),
    409,
    'You cannot remove a paused container $paused. Unpause and then stop the container before attempting removal or force remove',
    'cannot remove container "paused": container is paused and must be unpaused first',
  ],
  [
    'remove a restarting one',
    (p, { looping }) => p.removeContainer(looping!, false),
    409,
    'You cannot remove a restarting container $looping. Stop the container before attempting removal or force remove',
    'cannot remove container "looping": container is restarting: stop the container before removing or force remove',
  ],
  [
    'start a paused one',
    (p, { paused }) => p.startContainer(paused!),
    409,
    'cannot start a paused container, try unpause instead',
  ],
  [
    'exec in a paused one',
    (p, { paused }) => p.exec(paused!, ['true']),
    409,
    'Container $paused is paused, unpause the container before exec',
  ],
  [
    'exec in a restarting one',
    (p, { looping }) => p.exec(looping!, ['true']),
    409,
    'Container $looping is restarting, wait until the container is running',
  ],
  [
    'exec in a created one',
    (p, { other }) => p.exec(other!, ['true']),
    409,
    'Container $other is not running',
    'container $other is not running',
  ],
  [
    'a policy that does not exist',
    (p, { web }) => p.setRestartPolicy(web!, { name: 'bogus', maximumRetryCount: 0 }),
    400,
    "invalid restart policy 'bogus'",
    "invalid restart policy: unknown policy 'bogus'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'",
  ],
  [
    'a count with the wrong policy',
    (p, { web }) => p.setRestartPolicy(web!, { name: 'always', maximumRetryCount: 3 }),
    400,
    "maximum retry count cannot be used with restart policy 'always'",
    "invalid restart policy: maximum retry count can only be used with 'on-failure'",
  ],
  [
    'a policy for an auto-remove one',
    (p, { rm }) => p.setRestartPolicy(rm!, { name: 'always', maximumRetryCount: 0 }),
    409,
    'Cannot update container $rm: Restart policy cannot be updated because AutoRemove is enabled for the container',
  ],
  ['start of nothing', (p) => p.startContainer('nope'), 404, 'No such container: nope'],
  ['stop of nothing', (p) => p.stopContainer('nope', 1), 404, 'No such container: nope'],
  ['rename of nothing', (p) => p.renameContainer('nope', 'xyz'), 404, 'No such container: nope'],
  ['removal of nothing', (p) => p.removeContainer('nope', true), 404, 'No such container: nope'],
  ['policy of nothing', (p) => p.setRestartPolicy('nope', NO), 404, 'No such container: nope'],
  ['exec in nothing', (p) => p.exec('nope', ['true']), 404, 'No such container: nope'],
  ['layer of nothing', (p) => p.layerChanges('nope'), 404, 'No such container: nope'],
  ['logs of nothing', (p) => p.logs('nope', 5), 404, 'No such container: nope'],
  [
    'connect to no network',
    (p, { web }) => p.connectNetwork('nonet', web!, {}),
    404,
    'network nonet not found',
  ],
  [
    'connect nothing',
    (p) => p.connectNetwork('bridge', 'nope', {}),
    404,
    'No such container: nope',
  ],
];

describe.each(API)('refusals at API %s', (apiVersion) => {
  it.each(CASES)('%s', async (_what, act, status, old, modern = old) => {
    const engine = new MemoryEngine({ apiVersion, gpu: 'none' });
    const ids: Record<string, string> = {
      web: engine.run({ name: 'web' }),
      other: engine.run({ name: 'other', state: 'created' }),
      paused: engine.run({ name: 'paused', state: 'paused' }),
      rm: engine.run({ name: 'rm', autoRemove: true }),
      looping: engine.run(
        { name: 'looping', restart: 'always' },
        { exit: { afterMs: 1, code: 3 } },
      ),
    };
    const before = engine.fingerprint();
    const failure: unknown = await act(engine.port(), ids).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(EngineRefused);
    const text = (apiVersion === '1.41' ? old : modern).replaceAll(
      /\$(\w+)/g,
      (_, name: string) => ids[name] ?? '',
    );
    const { status: was, message } = failure as EngineRefused;
    expect([was, message]).toEqual([status, text]);
    expect(engine.fingerprint().replace(/"planned".*/, '')).toBe(before.replace(/"planned".*/, ''));
  });

  it('answers a look-up of nothing with null', async () => {
    const port = new MemoryEngine({ apiVersion }).port();
    expect(await port.inspectContainer('nope')).toBeNull();
    expect(await port.inspectImage('nope')).toBeNull();
  });
});

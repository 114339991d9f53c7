/** What counts as a clean writable layer: containers of many kinds that did nothing, and some that wrote. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/clock.js';
import { createDockerPort } from '../../src/docker/adapter/index.js';
import type { DockerPort } from '../../src/docker/port.js';
import { writtenPaths } from '../../src/actors/support/layer.js';
import { IMAGE, NO_SHELL } from './fidelity/cases.js';
import { Engine } from './fidelity/engine.js';
import type { Kind } from './fidelity/engine.js';

const NAME = 'subject';
const MERGED = 'spec/merged';

/** An image laid out as Debian's: /bin, /sbin and /lib are links into /usr, /var/run is one to /run. */
function importMerged(engine: Engine): void {
  const tree = mkdtempSync(join(tmpdir(), 'gpugraft-merged-'));
  const pack = join(tree, 'image.tar');
  engine.docker('create', '--name', 'recipe', IMAGE);
  engine.docker('cp', 'recipe:/bin', join(tree, 'usr-bin'));
  engine.remove('recipe');
  for (const folder of ['root/usr/sbin', 'root/usr/lib', 'root/var', 'root/run/lock']) {
    mkdirSync(join(tree, folder), { recursive: true });
  }
  execFileSync('cp', ['-a', join(tree, 'usr-bin'), join(tree, 'root/usr/bin')]);
  for (const folder of ['bin', 'sbin', 'lib'])
    symlinkSync(`usr/${folder}`, join(tree, 'root', folder));
  symlinkSync('/run', join(tree, 'root/var/run'));
  symlinkSync('/run/lock', join(tree, 'root/var/lock'));
  // The applets are links to /bin/busybox, which is behind the link now: they still work.
  execFileSync('tar', ['-C', join(tree, 'root'), '-cf', pack, '.']);
  engine.docker('import', '--change', 'ENV PATH=/usr/bin', pack, MERGED);
  rmSync(tree, { recursive: true });
}

interface Idle {
  readonly name: string;
  readonly args: readonly string[];
  readonly image?: string;
}

const CLEAN: readonly Idle[] = [
  { name: 'plain', args: [] },
  { name: 'init', args: ['--init'] },
  { name: 'init in an image of one file', args: ['--init'], image: NO_SHELL },
  { name: 'nested binds', args: ['-v', '/tmp:/a/b/c', '-v', '/etc/hostname:/opt/x/file'] },
  { name: 'a volume in a volume', args: ['-v', 'v1:/d', '-v', 'v2:/d/e/f', '-v', '/anonymous/v'] },
  {
    name: 'tmpfs',
    args: ['--tmpfs', '/run', '--tmpfs', '/x/y:size=1m', '--mount', 'type=tmpfs,dst=/z/w'],
  },
  { name: 'health check', args: ['--health-cmd', 'true', '--health-interval', '100ms'] },
  { name: 'working folder', args: ['-w', '/srv/new'] },
  { name: 'device elsewhere', args: ['--device', '/dev/null:/odd/place/dev'] },
  { name: 'bind below /run', args: ['-v', '/tmp:/run/secrets/x'] },
  { name: 'gpu', args: ['--gpus', 'all'] },
  { name: 'nvidia-runtime', args: ['--runtime', 'nvidia', '-e', 'NVIDIA_VISIBLE_DEVICES=all'] },
  { name: 'host namespaces', args: ['--pid', 'host', '--ipc', 'host', '--network', 'host'] },
  { name: 'read-only', args: ['--read-only', '--tmpfs', '/tmp'] },
  { name: 'merged: init', args: ['--init'], image: MERGED },
  { name: 'merged: socket', args: ['-v', '/tmp:/var/run/sock'], image: MERGED },
  {
    name: 'merged: programs and libraries',
    args: ['-v', '/tmp:/bin/xx', '-v', '/tmp:/lib/yy'],
    image: MERGED,
  },
  {
    name: 'merged: working folder and tmpfs',
    args: ['-w', '/var/run/app', '--tmpfs', '/var/lock/z'],
    image: MERGED,
  },
];

describe.each<Kind>(['oldest', 'newest'])('the %s engine', (kind) => {
  let engine: Engine;
  let docker: DockerPort;
  const dirty = () => {
    const { signal } = new AbortController();
    const asking = { docker, clock: systemClock, signal, engineId: null, patienceMs: 10_000 };
    return writtenPaths(asking, engine.inspect(NAME));
  };

  beforeAll(() => {
    engine = Engine.up(kind);
    docker = createDockerPort({ host: engine.host });
    importMerged(engine);
  });
  afterAll(async () => {
    await docker.close();
    engine.down();
  });
  afterEach(() => engine.remove(NAME));

  test.each(CLEAN)('$name: clean, running and after a restart', async ({ args, image = IMAGE }) => {
    const command = image === NO_SHELL ? [] : ['sleep', '600'];
    engine.docker('run', '-d', '--name', NAME, ...args, image, ...command);
    if (image !== NO_SHELL) engine.docker('exec', NAME, 'true');
    expect(await dirty()).toEqual([]);
    engine.docker('restart', '-t', '0', NAME);
    expect(await dirty()).toEqual([]);
  });

  test.each([
    ['mkdir -p /run/foo; echo > /run/foo/pid', [], ['/run/foo/pid']],
    ['chmod 700 /etc', [], ['/etc']],
    ['touch /etc/new; rm /etc/group; rm -r /home', [], ['/etc/group', '/etc/new', '/home']],
    ['touch /a/other', ['-v', '/tmp:/a/b'], ['/a/other']],
    ['touch /srv/x', ['-w', '/srv'], ['/srv/x']],
    ['chmod 4755 /bin/busybox; ln -s x /link', [], ['/bin/busybox', '/link']],
    ['chown 7 /home; chmod 700 /run', ['-w', '/home'], ['/home', '/run']],
    [
      'mkdir -p /etc/vulkan; echo {} > /etc/vulkan/mine.json; touch /usr/bin/nvidia-smi /etc/vulkan/mount-point',
      ['--gpus', 'all'],
      ['/etc/vulkan/mine.json'],
    ],
    ['touch /tmp/kept /data/lost', ['--tmpfs', '/tmp', '-v', '/data'], []],
  ])('%s', async (script, args, paths) => {
    engine.docker('run', '-d', '--name', NAME, ...args, IMAGE, 'sleep', '600');
    engine.docker('exec', NAME, 'sh', '-c', script);
    expect((await dirty()).toSorted()).toEqual(paths);
  });
});

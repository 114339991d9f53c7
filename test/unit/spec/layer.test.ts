/** What `docker diff` said on Docker 20.10 and 28.5, for containers that did nothing, and for some that did. */
import { describe, expect, test } from 'vitest';
import { dirtyPaths, emptyTraces } from '../../../src/docker/spec/layer.js';
import { observed } from './observed.js';

/** Lines of `docker diff`, such as `C /run;A /run/foo`. */
const changes = (text: string) =>
  text
    .split(';')
    .filter((line) => line !== '')
    .map((line) => ({ Kind: 'CAD'.indexOf(line.charAt(0)), Path: line.slice(2) }));

const mount = (Destination: string) => ({ Type: 'bind', Source: '/tmp', Destination, RW: true });

describe('clean, as measured', () => {
  test.each([
    ['nothing', '', {}],
    ['--init', 'C /sbin;A /sbin/docker-init', {}],
    ['--init where /sbin is a link', 'C /usr;C /usr/sbin;A /usr/sbin/docker-init', {}],
    ['--init where sbin is bin', 'C /usr;C /usr/bin;A /usr/bin/docker-init', {}],
    ['--init in an empty image', 'A /sbin;A /sbin/docker-init', {}],
    [
      'nested binds',
      'A /a;A /a/b;A /a/b/c;A /opt;A /opt/x;A /opt/x/file',
      { Mounts: [mount('/a/b/c'), mount('/opt/x/file')] },
    ],
    ['a volume in a volume', 'A /d', { Mounts: [mount('/d'), mount('/d/e/f')] }],
    [
      'tmpfs',
      'A /z;A /z/w;A /x;A /x/y',
      {
        HostConfig: {
          Tmpfs: { '/run': '', '/x/y': 'size=1m' },
          Mounts: [{ Type: 'tmpfs', Target: '/z/w' }],
        },
      },
    ],
    ['a working folder', 'A /srv;A /srv/new', { Config: { WorkingDir: '/srv/new/' } }],
    [
      'a device outside of /dev',
      'A /odd;A /odd/place;A /odd/place/dev',
      { HostConfig: { Devices: [{ PathOnHost: '/dev/null', PathInContainer: '/odd/place/dev' }] } },
    ],
    [
      'a bind below /run',
      'C /run;A /run/secrets;A /run/secrets/x',
      { Mounts: [mount('/run/secrets/x')] },
    ],
    ['a bind behind /var/run', 'C /run;A /run/sock', { Mounts: [mount('/var/run/sock')] }],
    ['a bind behind /lib', 'C /usr;C /usr/lib;A /usr/lib/yy', { Mounts: [mount('/lib/yy')] }],
    [
      'tmpfs behind /var/lock',
      'C /run;C /run/lock;A /run/lock/z',
      { HostConfig: { Tmpfs: { '/var/lock/z': '' } } },
    ],
    [
      'an injected GPU',
      'C /usr;C /usr/lib;C /usr/lib/x86_64-linux-gnu;A /usr/lib/x86_64-linux-gnu/libcuda.so.1;A /usr/bin;A /usr/bin/nvidia-smi;C /etc;C /etc/ld.so.cache;A /run;A /run/nvidia-persistenced;A /run/nvidia-persistenced/socket',
      { HostConfig: { DeviceRequests: [{ Driver: '', Count: -1, Capabilities: [['gpu']] }] } },
    ],
  ])('%s', (_, diff, parts) => {
    expect(dirtyPaths(changes(diff), observed(parts))).toEqual([]);
  });
});

describe('written by the workload', () => {
  test.each([
    ['a file below /run', 'C /run;A /run/foo;A /run/foo/pid', {}, ['/run/foo/pid']],
    ['a changed mode', 'C /etc', {}, ['/etc']],
    [
      'an added and a deleted file',
      'C /etc;A /etc/new;D /etc/group',
      {},
      ['/etc/new', '/etc/group'],
    ],
    ['a deleted folder', 'C /root;A /root/f;D /home', {}, ['/root/f', '/home']],
    ['an empty folder', 'A /opt', {}, ['/opt']],
    [
      'a file beside a mount point',
      'A /a;A /a/b;A /a/b/c;A /a/other',
      { Mounts: [mount('/a/b/c')] },
      ['/a/other'],
    ],
    ['a mount point that was deleted', 'D /a/b', { Mounts: [mount('/a/b')] }, ['/a/b']],
    [
      'a parent of a mount point that is not in the list',
      'C /a',
      { Mounts: [mount('/a/b')] },
      ['/a'],
    ],
    [
      'a file in the working folder',
      'A /srv;A /srv/x',
      { Config: { WorkingDir: '/srv' } },
      ['/srv/x'],
    ],
    [
      'the working folder of the image, made over to somebody',
      'C /app',
      { Config: { WorkingDir: '/app' } },
      ['/app'],
    ],
    ['/run, made over to somebody', 'C /run', {}, ['/run']],
    ['a driver file without a GPU', 'A /usr/bin/nvidia-smi', {}, ['/usr/bin/nvidia-smi']],
    [
      'a path that only begins like a link',
      'A /binary/x',
      { Mounts: [mount('/bin/x')] },
      ['/binary/x'],
    ],
    [
      'a library of the user beside a GPU',
      'A /opt/venv/libnvidia-ml.so.1',
      { HostConfig: { DeviceRequests: [{ Driver: 'cdi', DeviceIDs: ['nvidia.com/gpu=all'] }] } },
      ['/opt/venv/libnvidia-ml.so.1'],
    ],
  ])('%s', (_, diff, parts, dirty) => {
    expect(dirtyPaths(changes(diff), observed(parts))).toEqual(dirty);
  });
});

describe('where an injected GPU may have left a mount point', () => {
  const gpu = observed({ HostConfig: { DeviceRequests: [{ Driver: 'nvidia', Count: -1 }] } });
  const diff = changes(
    'C /etc;A /etc/vulkan/icd.d/mine.json;C /etc/ld.so.cache;A /etc/ld.so.conf.d/nvcr-1.conf;D /usr/bin/nvidia-smi',
  );

  test('what may be a file of somebody else is to be looked at', () => {
    expect(emptyTraces(diff, gpu)).toEqual(['/etc/vulkan/icd.d/mine.json']);
    expect(emptyTraces(diff, observed({}))).toEqual([]);
  });

  test('what holds something is dirty', () => {
    const filled = new Set(['/etc/vulkan/icd.d/mine.json']);
    expect(dirtyPaths(diff, gpu, filled)).toEqual([...filled, '/usr/bin/nvidia-smi']);
    expect(dirtyPaths(diff, gpu)).toEqual(['/usr/bin/nvidia-smi']);
  });
});

/** Programs, users, rights and limits, looked at from inside. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { expect } from 'vitest';
import { at, text } from '../support/engines.js';
import { RICH } from './house.js';
import type { House } from './house.js';
import type { Row } from './row.js';

/** A file that the docker client reads, such as that of `--env-file`. */
function fileOf(house: House, name: string, content: string): string {
  const file = path.join(house.engine.share, name);
  fs.writeFileSync(file, content);
  return file;
}

/** Makes `mkdir` fail, and nothing else. */
const NO_MKDIR = JSON.stringify({
  defaultAction: 'SCMP_ACT_ALLOW',
  syscalls: [{ names: ['mkdir', 'mkdirat'], action: 'SCMP_ACT_ERRNO' }],
});

export const PROGRAMS: readonly Row[] = [
  {
    name: 'nothing of its own',
    run: ['--init=false'],
    setting: { image: RICH, command: [] },
    check: async ({ now, sh }) => {
      expect(await sh('hostname')).toBe(text(now, 'Id').slice(0, 12));
      expect(await sh('pwd')).toBe('/srv/of/image');
    },
  },
  {
    name: 'variables and labels',
    run: async (house) =>
      [
        ['-e', 'A=1', '-e', 'B=with = and "quotes"', '-e', 'EMPTY=', '-e', 'A=2'],
        ['--env-file', fileOf(house, 'variables', 'FROM_FILE=x y\n')],
        ['-l', 'a=b=c', '-l', 'q="x"', '-l', 'empty=', '-l', `long=${'x'.repeat(60_000)}`],
        ['-l', 'of.image=', '--label-file', fileOf(house, 'labels', 'from.file=1\n')],
        ['--platform', 'linux', '--isolation', 'default'],
        ['--cidfile', path.join(house.engine.share, `id-${Date.now()}`)],
      ].flat(),
    setting: { image: RICH, command: [] },
  },
  {
    name: 'user, groups and working folder',
    run: ['--user', '1001:1002', '--group-add', '44', '-w', '/srv', '--entrypoint', 'sh'],
    setting: { command: ['-c', 'trap "exit 0" TERM; while :; do sleep 0.1; done'] },
    check: async ({ sh }) => {
      expect(await sh('id')).toMatch(/^uid=1001 gid=1002 groups=44/);
    },
  },
  {
    name: 'entrypoint none',
    run: ['--entrypoint', '', '--no-healthcheck'],
    setting: { image: RICH },
    check: ({ now }) => expect(at(now, 'Config.Entrypoint')).toBeNull(),
  },
  {
    name: 'entrypoint empty',
    setting: { image: RICH, body: { Image: RICH, Entrypoint: [], Cmd: ['sleep', '100000'] } },
    check: ({ now }) => expect(at(now, 'Config.Cmd')).toEqual(['sleep', '100000']),
  },
  {
    name: 'fields that the client cannot set',
    setting: {
      body: {
        Image: RICH,
        Cmd: ['sleep 100000'],
        OpenStdin: true,
        StdinOnce: true,
        AttachStdin: true,
        NetworkDisabled: true,
        OnBuild: ['RUN true'],
        Shell: ['/bin/ash', '-c'],
        HostConfig: {
          Init: true,
          ConsoleSize: [24, 80],
          MaskedPaths: ['/proc/kcore'],
          ReadonlyPaths: ['/proc/sys'],
          ContainerIDFile: '/nowhere',
        },
      },
    },
  },
  {
    name: 'capabilities',
    run: [
      ['--cap-add', 'NET_ADMIN', '--cap-drop', 'MKNOD', '--security-opt', 'no-new-privileges'],
      ['--security-opt', 'apparmor=unconfined'],
    ].flat(),
    check: async ({ sh }) => {
      await sh('ip link set lo down');
      await expect(sh('mknod /tmp/x c 1 3')).rejects.toThrow(/not permitted/);
      expect(await sh('grep NoNewPrivs /proc/1/status')).toMatch(/1$/);
    },
  },
  {
    name: 'unconfined',
    run: [
      ['--security-opt', 'seccomp=unconfined', '--security-opt', 'systempaths=unconfined'],
      ['--cap-drop', 'ALL', '--cap-add', 'CHOWN', '--security-opt', 'label=disable'],
    ].flat(),
    check: async ({ sh }) => {
      expect(await sh('grep Seccomp: /proc/1/status')).toMatch(/0$/);
      expect(await sh('grep CapEff /proc/1/status')).toMatch(/0000000000000001$/);
    },
  },
  {
    name: 'seccomp profile',
    run: async (house) => ['--security-opt', `seccomp=${fileOf(house, 'seccomp.json', NO_MKDIR)}`],
    check: async ({ sh }) => {
      await expect(sh('mkdir /tmp/x')).rejects.toThrow(/not permitted/);
    },
  },
  // The oldest engine refuses it on a machine that lacks a capability itself.
  { name: 'privileged', engines: ['newest'], run: ['--privileged'] },
  {
    name: 'limits',
    run: [
      ['--ulimit', 'nofile=1024:2048', '--ulimit', 'core=0:0', '--ulimit', 'nproc=99'],
      ['--shm-size', '1g', '--oom-score-adj', '5', '--pids-limit', '77'],
      ['--sysctl', 'net.core.somaxconn=1024', '--memory', '100m', '--memory-swap', '200m'],
      ['--memory-reservation', '50m', '--memory-swappiness', '0', '--oom-kill-disable'],
      ['--cpus', '0.5', '--cpu-shares', '512', '--cpuset-cpus', '0', '--cpuset-mems', '0'],
    ].flat(),
    check: async ({ sh }) => {
      expect(await sh('cat /proc/1/limits')).toMatch(/open files +1024 +2048 /);
      expect(await sh('df -m /dev/shm')).toMatch(/ 1024 /);
    },
  },
  {
    name: 'limits of the engine',
    run: [
      ['--cpu-period', '50000', '--cpu-quota', '25000', '--pids-limit', '-1'],
      ['--kernel-memory', '64m'],
    ].flat(),
    // Of the memory of the kernel, which the newest ignores without a word.
    warnings: { oldest: ['engine-warning'], newest: [] },
    check: async ({ sh }) => {
      expect(await sh('cat /proc/1/limits')).toMatch(
        /core file size +0 +0 [^]*open files +4096 +8192 /,
      );
    },
  },
  {
    name: 'disks',
    run: async (house) => {
      const disk = await house.at('machine', 'sh', '-c', 'ls -d /sys/block/loop0 /sys/block/*d?');
      const device = `/dev/${path.basename(disk.split('\n')[0] ?? '')}`;
      return [
        ['--device-read-bps', `${device}:1mb`, '--device-write-bps', `${device}:2mb`],
        ['--device-read-iops', `${device}:1000`, '--device-write-iops', `${device}:2000`],
        ['--blkio-weight', '300', '--blkio-weight-device', `${device}:200`],
      ].flat();
    },
  },
  {
    name: 'devices',
    run: ['--device', '/dev/null:/dev/other:rw', '--device-cgroup-rule', 'c 10:* rmw'],
    check: async ({ sh }) => {
      await sh('echo x > /dev/other');
    },
  },
  {
    name: 'namespaces of the machine',
    run: [
      '--pid',
      'host',
      '--ipc',
      'host',
      '--uts',
      'host',
      '--userns',
      'host',
      '--cgroupns',
      'host',
    ],
    check: async ({ house, sh }) => {
      expect(await sh('hostname')).toBe(house.engine.name);
      expect(await sh('ps')).toContain('dockerd');
    },
  },
  {
    name: 'cgroup of its own and no writing',
    run: async ({ engine }) =>
      [
        ['-i', '-t', '--read-only', '--tmpfs', '/run', '--cgroupns', 'private'],
        ['--cgroup-parent', `/gpugraft-${engine.name}/of-a-user`],
      ].flat(),
    warnings: ['tmpfs-emptied'],
    check: async ({ sh }) => {
      await expect(sh('touch /x')).rejects.toThrow(/Read-only/);
    },
  },
  { name: 'runtime', run: ['--runtime', 'io.containerd.runc.v2'] },
  {
    name: 'health check',
    run: [
      ['--health-cmd', 'test -e /bin', '--health-interval', '1s', '--health-retries', '4'],
      ['--health-timeout', '5s', '--health-start-period', '2s'],
    ].flat(),
    options: { ready: 'health' },
    check: ({ now }) => expect(text(now, 'State.Health.Status')).toBe('healthy'),
  },
  {
    name: 'health check of the newest',
    engines: ['newest'],
    run: [
      ['--health-cmd', 'true', '--health-start-interval', '500ms', '--annotation', 'a.b=c'],
      ['--health-start-period', '2s'],
    ].flat(),
    options: { ready: 'health' },
  },
];

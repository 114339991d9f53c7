/** Networks, names and ports, asked from a neighbour. */
import { expect } from 'vitest';
import { at, text } from '../support/engines.js';
import type { Doc } from '../support/engines.js';
import type { Row } from './row.js';

export const NETWORK: readonly Row[] = [
  {
    name: 'aliases and static addresses',
    run: [
      ['--network', 'rows1', '--network-alias', 'api', '--network-alias', 'twelve_chars'],
      ['--ip', '172.29.5.9', '--ip6', 'fd00:29:5::9', '--link-local-ip', '169.254.8.8'],
    ].flat(),
    allowed: { staticNetworks: ['rows1'] },
    check: async ({ house, scene, now, sh }) => {
      for (const name of ['api', 'twelve_chars', scene.name, text(now, 'Id').slice(0, 12)])
        expect(await house.resolved(name), name).toContain('172.29.5.9');
      expect(await house.resolved(scene.originalId.slice(0, 12))).toEqual([]);
      expect(await sh('ip address')).toMatch(/172\.29\.5\.9\/[^]*169\.254\.8\.8[^]*fd00:29:5::9/);
    },
  },
  {
    name: 'dynamic address',
    run: [
      ['--network', 'rows3', '--link', 'cache:store'],
      ['--dns', '10.9.8.7', '--dns-search', 'x.y'],
      ['--dns-option', 'ndots:2', '--add-host', 'a:1.2.3.4', '--add-host', 'host:host-gateway'],
    ].flat(),
    check: async ({ now, sh }) => {
      expect(at(now, 'NetworkSettings.Networks.rows3.IPAMConfig') ?? {}).toEqual({});
      await sh('ping -c 1 -W 5 store');
      expect(await sh('hostname')).toBe(text(now, 'Id').slice(0, 12));
    },
  },
  {
    name: 'three networks',
    run: ['--network', 'rows1', '--network-alias', 'one'],
    beforeStart: async ({ engine }, name) => {
      const second = [
        '--ip',
        '172.29.6.9',
        '--alias',
        'database',
        '--driver-opt',
        'com.example.x=y',
      ];
      await engine.docker('network', 'connect', ...second, 'rows2', name);
      await engine.docker('network', 'connect', '--link', 'cache:kept', 'rows3', name);
    },
    warnings: { oldest: [], newest: ['mac-unclear'] },
    check: async ({ house, scene, sh }) => {
      expect(await house.resolved('database')).toContain('172.29.6.9');
      expect(await house.resolved('one')).not.toEqual([]);
      expect(await house.resolved(scene.originalId.slice(0, 12))).toEqual([]);
      await sh('ping -c 1 -W 5 kept');
      expect(await sh('ip route')).toMatch(/^default via 172\.29\.5\.1 /m);
    },
  },
  {
    name: 'two networks at once',
    engines: ['newest'],
    run: [
      ['--network', 'name=rows1,alias=a,gw-priority=1'],
      ['--network', 'name=rows2,ip=172.29.6.8,ip6=fd00:29:6::8,mac-address=00:16:3e:00:00:01'],
    ].flat(),
    allowed: { staticNetworks: ['rows2'], staticMacs: true },
    check: async ({ sh }) => {
      expect(await sh('ip link')).toContain('00:16:3e:00:00:01');
    },
  },
  {
    name: 'MAC address',
    engines: ['newest'],
    run: [
      ['--network', 'rows1', '--ip', '172.29.5.10', '--ip6', 'fd00:29:5::10'],
      ['--mac-address', '02:aa:bb:cc:dd:01'],
    ].flat(),
    allowed: { staticNetworks: ['rows1'], staticMacs: true },
    check: async ({ sh }) => {
      expect(await sh('ip link')).toContain('02:aa:bb:cc:dd:01');
    },
  },
  {
    name: 'MAC address, as the oldest engine is asked for it',
    engines: ['oldest'],
    setting: {
      body: {
        Image: 'gpugraft/cuda',
        Cmd: ['sleep', '100000'],
        MacAddress: '02:aa:bb:cc:dd:02',
        HostConfig: { Init: true },
      },
    },
    check: async ({ sh }) => {
      expect(await sh('ip link')).toContain('02:aa:bb:cc:dd:02');
    },
  },
  {
    name: 'network by the beginning of its ID',
    run: async ({ engine }) => {
      const id = await engine.docker('network', 'inspect', '-f', '{{.Id}}', 'rows2');
      return ['--network', id.slice(0, 8), '--network-alias', 'by-id'];
    },
    check: async ({ house }) => {
      expect(await house.resolved('by-id')).not.toEqual([]);
    },
  },
  {
    name: 'default bridge and a user network',
    run: ['-l', 'plain=1'],
    beforeStart: ({ engine }, name) =>
      engine.docker('network', 'connect', '--alias', 'second', 'rows1', name),
    warnings: { oldest: [], newest: ['mac-unclear'] },
    check: async ({ house, now }) => {
      expect(at(now, 'HostConfig.NetworkMode')).toMatch(/^(default|bridge)$/);
      expect(await house.resolved('second')).not.toEqual([]);
    },
  },
  {
    name: 'links and fixed ports',
    run: [
      ['--link', 'db:database', '-p', '127.0.0.1:18080:80', '-p', '18081:81/udp'],
      ['-p', '18082-18083:82-83', '--expose', '9/sctp'],
      ['--hostname', 'web', '--domainname', 'ex.org'],
    ].flat(),
    setting: {
      command: ['sh', '-c', 'httpd -p 82 -h /etc; exec httpd -f -p 80 -h /etc'],
    },
    check: async ({ house, sh }) => {
      await sh('ping -c 1 -W 5 database');
      expect(await sh('env')).toMatch(/^DATABASE_PORT_5432_TCP_PORT=5432$/m);
      const fromOutside = (script: string) => house.at('machine', 'sh', '-c', script);
      for (const port of [18080, 18082])
        expect(await fromOutside(`wget -qO- http://127.0.0.1:${port}/passwd`)).toContain('root');
      expect(await fromOutside('netstat -lnu')).toContain(':18081 ');
    },
  },
  {
    name: 'ephemeral ports',
    run: ['-p', '80', '-p', '18090-18092:91', '-P', '--expose', '90'],
    setting: { command: ['httpd', '-f', '-p', '90', '-h', '/etc'] },
    allowed: { ephemeral: true },
    warnings: ['ephemeral-ports'],
    check: async ({ house, now }) => {
      const [bound] = at(now, 'NetworkSettings.Ports.90/tcp') as Doc[];
      const url = `http://127.0.0.1:${text(bound ?? null, 'HostPort')}/passwd`;
      expect(await house.at('machine', 'wget', '-qO-', url)).toContain('root');
    },
  },
  { name: 'host network', run: ['--network', 'host', '--hostname', 'chosen'] },
  {
    name: 'host network with ports that the engine ignores',
    run: ['--network', 'host', '-p', '18099:80'],
    warnings: ['engine-warning'],
  },
  { name: 'no network', run: ['--network', 'none', '--hostname', 'alone'] },
  {
    name: 'network of another',
    run: ['--network', 'container:parent'],
    warnings: ['borrowed-namespaces'],
    check: async ({ sh }) => {
      expect(await sh('hostname')).toBe('elder');
      expect(await sh('wget -qO- http://127.0.0.1:77/passwd')).toContain('root');
    },
  },
  {
    name: 'processes and memory of another',
    run: ['--pid', 'container:parent', '--ipc', 'container:parent'],
    warnings: ['borrowed-namespaces'],
    check: async ({ house, sh }) => {
      expect(await sh('ps')).toContain('httpd -f -p 77');
      const ipc = 'readlink /proc/self/ns/ipc';
      expect(await sh(ipc)).toBe(await house.at('parent', 'sh', '-c', ipc));
    },
  },
];

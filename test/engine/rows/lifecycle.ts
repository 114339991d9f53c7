/** Restart policies, changes after the creation, and names. */
import { expect } from 'vitest';
import { at } from '../support/engines.js';
import { sleeper } from '../support/scene.js';
import type { Row } from './row.js';
import { until } from './until.js';

export const LIFECYCLE: readonly Row[] = [
  {
    name: 'on-failure:3',
    run: ['--restart', 'on-failure:3'],
    setting: { command: ['sh', '-c', 'trap "exit 3" USR1; while :; do sleep 0.1; done'] },
    check: async ({ scene, now, sh }) => {
      const policy = { Name: 'on-failure', MaximumRetryCount: 3 };
      expect(at(now, 'HostConfig.RestartPolicy')).toEqual(policy);
      // Not by docker kill, after which no policy restarts it.
      await sh('kill -USR1 1');
      await until(async () => at(await scene.named(), 'RestartCount') === 1);
    },
  },
  { name: 'unless-stopped', run: ['--restart', 'unless-stopped'] },
  {
    name: 'changed after the creation',
    run: ['--memory', '64m', '--network', 'rows1', '--network-alias', 'early'],
    afterStart: async ({ engine }, name) => {
      const limits = ['--memory', '100m', '--memory-swap', '150m', '--cpu-shares', '300'];
      await engine.docker('update', ...limits, '--pids-limit', '55', '--restart', 'always', name);
      await engine.docker('network', 'disconnect', 'rows1', name);
      await engine.docker('network', 'connect', '--alias', 'late', 'rows1', name);
    },
    check: async ({ house, now }) => {
      expect(at(now, 'HostConfig.Memory')).toBe(100 * 1024 * 1024);
      expect(await house.resolved('late')).not.toEqual([]);
      expect(await house.resolved('early')).toEqual([]);
    },
  },
  {
    name: 'linked to a container that was renamed',
    run: async ({ engine }) => {
      // An earlier try may have ended in the middle.
      await engine.docker('rm', '-f', 'linked', 'linked-anew');
      await engine.docker(
        'run',
        '-d',
        '--init',
        '--name',
        'linked',
        'gpugraft/busybox',
        ...sleeper,
      );
      return ['--link', 'linked:other'];
    },
    beforeStart: ({ engine }) => engine.docker('rename', 'linked', 'linked-anew'),
    check: async ({ house: { engine }, sh }) => {
      await sh('ping -c 1 -W 5 other');
      await engine.docker('rm', '-f', 'linked-anew');
    },
  },
  { name: 'name of 200 characters', setting: { name: `l${'o'.repeat(198)}g` } },
  { name: 'name like our own', setting: { name: 'web.gpugraft-backup-20260101-000000-abcdef' } },
];

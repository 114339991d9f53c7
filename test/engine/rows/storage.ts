/** Mounts, files, images and logs, read and written afterwards. */
import * as fs from 'node:fs';
import { expect } from 'vitest';
import { at, text } from '../support/engines.js';
import { IMAGE } from './house.js';
import type { House } from './house.js';
import type { Row } from './row.js';

/** An image of this content alone, under this tag. @returns its ID */
async function imageWith({ engine }: House, tag: string, label: string): Promise<string> {
  const maker = `maker-${label}`;
  await engine.docker('create', '--name', maker, IMAGE);
  await engine.docker('commit', '-c', `LABEL which=${label}`, maker, tag);
  await engine.docker('rm', maker);
  return engine.docker('image', 'inspect', '-f', '{{.Id}}', tag);
}

export const STORAGE: readonly Row[] = [
  {
    name: 'volumes and binds',
    run: async ({ engine }) => {
      const tree = `${engine.share}/tree`;
      fs.mkdirSync(`${tree}/under`, { recursive: true });
      return [
        ['-v', 'rows-named:/d:ro,nocopy', '-v', 'rows-second:/bin', '-v', `${tree}:/short:ro`],
        ['--mount', 'type=volume,src=rows-third,dst=/t,volume-nocopy'],
        ['--mount', `type=bind,src=${tree},dst=/slave,bind-propagation=rslave,readonly`],
        ['--volumes-from', 'lender:ro', '--volume-driver', 'local'],
      ].flat();
    },
    // The newest says that the driver does not count for --mount.
    warnings: { oldest: [], newest: ['engine-warning'] },
    check: async ({ house, sh }) => {
      await expect(sh('touch /d/x')).rejects.toThrow(/Read-only/);
      await expect(sh('touch /slave/x')).rejects.toThrow(/Read-only/);
      await expect(sh('touch /lent/x')).rejects.toThrow(/Read-only/);
      expect(await sh('cat /lent/file')).toBe('lent');
      const under = `${house.engine.share}/tree/under`;
      await house.engine.within('mount', '-t', 'tmpfs', 'later', under);
      expect(await sh('cat /proc/mounts')).toMatch(/^later \/slave\/under tmpfs /m);
      await house.engine.within('umount', under);
    },
  },
  {
    name: 'mounts of the newest',
    engines: ['newest'],
    run: async ({ engine }) =>
      [
        ['--mount', 'type=volume,src=rows-lent,dst=/part,volume-subpath=sub'],
        ['--mount', `type=bind,src=${engine.share},dst=/flat,bind-recursive=disabled`],
        ['--mount', 'type=image,src=gpugraft/busybox,dst=/image'],
      ].flat(),
    // Of the image: experimental, it says.
    warnings: ['engine-warning', 'image-mounts'],
    check: async ({ sh }) => {
      expect(await sh('ls /part')).toBe('deep');
      await sh('test -e /image/bin/busybox');
    },
  },
  {
    name: 'tmpfs',
    run: [
      ['--tmpfs', '/run:size=16m,mode=1770', '--tmpfs', '/plain'],
      ['--mount', 'type=tmpfs,dst=/t,tmpfs-size=1048576,tmpfs-mode=1700'],
    ].flat(),
    warnings: ['tmpfs-emptied'],
    check: async ({ sh }) => {
      const mounts = await sh('cat /proc/mounts');
      expect(mounts).toMatch(/ \/run tmpfs \S*size=16384k,mode=1770/);
      expect(mounts).toMatch(/ \/t tmpfs \S*size=1024k,mode=1700/);
    },
  },
  {
    name: 'file copied in after the creation',
    beforeStart: ({ engine }, name) => {
      fs.writeFileSync(`${engine.share}/${name}`, 'secret of compose');
      return engine.docker('cp', `${engine.share}/${name}`, `${name}:/etc/config`);
    },
    warnings: ['layer-carried'],
    check: async ({ sh }) => {
      expect(await sh('cat /etc/config')).toBe('secret of compose');
    },
  },
  {
    name: 'tag that was moved',
    run: async (house) => {
      await imageWith(house, 'rows/moved', 'first');
      return [];
    },
    setting: { image: 'rows/moved' },
    afterStart: (house) => imageWith(house, 'rows/moved', 'second'),
    warnings: ['image-by-id'],
    check: async ({ scene, now, sh }) => {
      expect(text(now, 'Image')).toBe(text(scene.before, 'Image'));
      expect(at(now, 'Config.Labels.which')).toBe('first');
      await sh('true');
    },
  },
  {
    name: 'tag that was removed',
    run: async (house) => {
      await imageWith(house, 'rows/removed', 'gone');
      return [];
    },
    setting: { image: 'rows/removed' },
    afterStart: ({ engine }) => engine.docker('rmi', '-f', 'rows/removed'),
    warnings: ['image-by-id'],
    check: ({ scene, now }) => expect(text(now, 'Image')).toBe(text(scene.before, 'Image')),
  },
  {
    name: 'log options',
    run: [
      ['--log-driver', 'json-file', '--log-opt', 'max-size=1m', '--log-opt', 'max-file=3'],
      ['--log-opt', 'tag={{.Name}}', '--log-opt', 'labels=a'],
    ].flat(),
    setting: { command: ['sh', '-c', 'echo I am $HOSTNAME; exec sleep 100000'] },
    options: { keepBackup: true },
    check: async ({ house: { engine }, scene, now }) => {
      const said = (id: string) => engine.docker('logs', id);
      expect(await said(scene.name)).toBe(`I am ${text(now, 'Id').slice(0, 12)}`);
      expect(await said(scene.originalId)).toBe(`I am ${scene.originalId.slice(0, 12)}`);
    },
  },
  { name: 'log driver local', run: ['--log-driver', 'local', '--log-opt', 'max-file=2'] },
  { name: 'log driver none', run: ['--log-driver', 'none'], warnings: ['logs-not-readable'] },
];

import { describe, expect, it } from 'vitest';
import type { RawContainer } from '../../../src/docker/raw.js';
import { dependence, isMoved, moved } from '../../../src/docker/spec/rejoin.js';
import { observed } from './observed.js';

const X = 'a'.repeat(64);
const TO = 'b'.repeat(64);
const withHost = (host: Partial<RawContainer['HostConfig']>): RawContainer => {
  const raw = observed();
  return { ...raw, Name: '/side', HostConfig: { ...raw.HostConfig, ...host } };
};
const move = (aliases: string[] = []) => ({ from: X, to: TO, toName: 'web', aliases });

describe('what depends on a container', () => {
  it.each<[string, Partial<RawContainer['HostConfig']>, object | null]>([
    ['nothing of it', {}, null],
    [
      'its network, by ID',
      { NetworkMode: `container:${X}` },
      { how: 'joins its network namespace', attachment: 'recreation', joins: true },
    ],
    [
      'its processes, by the beginning of its ID',
      { PidMode: `container:${X.slice(0, 12)}` },
      { how: 'joins its pid namespace', attachment: 'recreation', joins: true },
    ],
    [
      'its IPC, by name',
      { IpcMode: 'container:web' },
      { how: 'joins its ipc namespace', attachment: 'restart', joins: true },
    ],
    [
      'its volumes, by name',
      { VolumesFrom: ['web:ro'] },
      { how: 'takes its volumes', attachment: 'nothing', joins: false },
    ],
    [
      'its volumes, by ID',
      { VolumesFrom: [X] },
      { how: 'takes its volumes', attachment: 'recreation', joins: false },
    ],
    [
      'a link',
      { Links: ['/web:/side/al', '/other:/side/o'] },
      { how: 'is linked to it', attachment: 'recreation', joins: false, aliases: ['al'] },
    ],
    [
      'several things, of which the strongest counts',
      { NetworkMode: 'container:web', VolumesFrom: [X] },
      {
        how: 'joins its network namespace, takes its volumes',
        attachment: 'recreation',
        joins: true,
      },
    ],
    ['what only looks like its ID', { PidMode: `container:${X.slice(0, 11)}` }, null],
    ['another one', { NetworkMode: `container:${TO}`, Links: ['/webs:/side/web'] }, null],
  ])('%s', (_, host, expected) => {
    const found = dependence(withHost(host), X, 'web');
    if (expected === null) expect(found).toBeNull();
    else expect(found).toMatchObject(expected);
  });
});

describe('a container that is moved', () => {
  it('means the other one wherever it meant the first, and nothing else of it changes', () => {
    const raw = withHost({
      NetworkMode: `container:${X.slice(0, 20)}`,
      PidMode: 'host',
      IpcMode: 'container:web',
      VolumesFrom: [`${X}:ro`, 'web', `${'c'.repeat(64)}:rw`],
    });
    const now = moved(raw, move());
    expect(now.HostConfig).toEqual({
      ...raw.HostConfig,
      NetworkMode: `container:${TO}`,
      VolumesFrom: [`${TO}:ro`, 'web', `${'c'.repeat(64)}:rw`],
    });
    expect({ ...now, HostConfig: null }).toEqual({ ...raw, HostConfig: null });
    expect(isMoved(raw, move(), X)).toBe(false);
    expect(isMoved(now, move(), TO)).toBe(true);
  });

  it('is linked by its own names, whatever the engine says of a container that was renamed or is gone', () => {
    const raw = withHost({ Links: ['/web.gpugraft-backup-1:/side/al', '/other:/side/o'] });
    expect(moved(raw, move(['al', 'web'])).HostConfig.Links).toEqual([
      '/other:/side/o',
      '/web:/side/al',
      '/web:/side/web',
    ]);
    const gone = withHost({ Links: ['/web:/side/al'] });
    expect(isMoved(gone, move(['al']), X)).toBe(false);
    expect(isMoved(gone, move(['al']), TO)).toBe(true);
  });

  it('has no links where it had none', () => {
    const raw = withHost({ NetworkMode: `container:${X}` });
    expect(moved(raw, move()).HostConfig.Links).toEqual(raw.HostConfig.Links);
  });
});

/** A difference is named by its field; its values only where no secret can be. */
import { describe, expect, it } from 'vitest';
import { compareReplacement } from '../../../src/actors/preparation.js';
import type { RawContainer } from '../../../src/docker/raw.js';
import { stage } from './stage.js';

async function differing(change: (raw: RawContainer) => void): Promise<readonly string[]> {
  let replacementId = '';
  const { engine, scope } = stage({
    before: ({ method, args }) =>
      method === 'inspectContainer' && args[0] === replacementId
        ? {
            kind: 'alter',
            answer: (raw) => {
              change(raw as RawContainer);
              return raw;
            },
          }
        : undefined,
  });
  const logging = { LogConfig: { Type: 'splunk', Config: { 'splunk-token': 'canary-log' } } };
  const made = { env: { KEY: 'canary-env' }, labels: { key: 'canary-label' }, hostConfig: logging };
  const originalId = engine.run({ name: 'box', ...made });
  replacementId = engine.run({ name: 'new', ...made, gpu: 'gpus', state: 'created' });
  const request = {
    mode: 'gpus',
    devices: 'all',
    image: 'busybox',
    network: 'preserve',
    daemonUlimits: [],
    dns: null,
    rejoin: null,
  } as const;
  const input = { originalId, replacementId, request: { ...request, daemonUlimits: [] } };
  return (await compareReplacement(input, scope)).differences;
}

describe('a difference', () => {
  it('is none where only the GPU was asked for', async () => {
    expect(await differing(() => undefined)).toEqual([]);
  });

  it('shows its values where they are no secrets', async () => {
    const found = await differing((raw) => Object.assign(raw.HostConfig, { ShmSize: 1 }));
    expect(found).toEqual([expect.stringMatching(/^HostConfig\.ShmSize: \d+ became 1$/)]);
  });

  it.each<[string, (raw: RawContainer) => unknown]>([
    ['Config.Env', (raw) => (raw.Config.Env = ['KEY=canary-other'])],
    ['Config.Labels', (raw) => (raw.Config.Labels = { key: 'canary-other' })],
    [
      'HostConfig.LogConfig',
      (raw) =>
        Object.assign(raw.HostConfig, {
          LogConfig: { Type: 'splunk', Config: { 'splunk-token': 'canary-other' } },
        }),
    ],
    [
      'HostConfig.Mounts',
      (raw) =>
        Object.assign(raw.HostConfig, {
          Mounts: [
            {
              Type: 'volume',
              Target: '/d',
              VolumeOptions: { DriverConfig: { Options: { o: 'password=canary-other' } } },
            },
          ],
        }),
    ],
    [
      'HostConfig.Annotations',
      (raw) => Object.assign(raw.HostConfig, { Annotations: { key: 'canary-other' } }),
    ],
  ])('in %s is named, and no value of it', async (field, change) => {
    const found = await differing(change);
    expect(found.length).toBeGreaterThan(0);
    expect(found.join('\n')).toContain(field);
    expect(found.join('\n')).not.toContain('canary');
  });
});

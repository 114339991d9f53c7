/** A plain container into the host's network, and back, on real engines. */
import { describe, expect, it } from 'vitest';
import { differing, gpuPaths } from './support/configured.js';
import { Engine, at, kinds, text } from './support/engines.js';
import type { Doc } from './support/engines.js';
import { expectAtRest, expectFiles, expectRolledBack, expectUntouched } from './support/ends.js';
import { neverReady, play } from './support/scene.js';
import type { Scene } from './support/scene.js';

const HOST = { network: 'host', stableForMs: 0, gpuProof: { kind: 'none' } } as const;
/** The paths at which the endpoint of a network is looked at. */
const endpointPaths = (network: string): string[] =>
  ['Aliases', 'DriverOpts', 'GwPriority', 'IPAMConfig', 'Links', 'NetworkID'].map(
    (key) => `${network}.${key}`,
  );
const NETWORK = 'HostConfig.NetworkMode';
const codes = (report: { warnings: readonly { code: string }[] }): string[] =>
  report.warnings.map(({ code }) => code);
const networksOf = (doc: Doc | null) => Object.keys(at(doc, 'NetworkSettings.Networks') as object);
/** The default bridge's endpoints differ by whatever this engine lists for one. */
const pathsOf = (doc: Doc, network: string): string[] =>
  differing(doc, { ...doc, NetworkSettings: { Networks: {} } }).filter((path) =>
    endpointPaths(network).includes(path),
  );
/** Where the replacement may differ: the GPU, the network, and what goes with the networks. */
async function expectOnHost(scene: Scene, more: readonly string[] = []): Promise<Doc> {
  const now = (await scene.named()) as Doc;
  const left = networksOf(scene.before).flatMap((network) => pathsOf(scene.before, network));
  expect(differing(scene.before, now)).toEqual(
    [...left, ...pathsOf(now, 'host'), ...(gpuPaths['gpus'] ?? []), NETWORK, ...more].toSorted(),
  );
  expect(networksOf(now)).toEqual(['host']);
  return now;
}

describe.concurrent.each(kinds)('%s', (kind) => {
  it('enters it without a capability more, keeps the backup, and leaves it by rollback', async () => {
    const engine = await Engine.up(kind);
    await play(engine, { run: ['-e', 'A=1', '-p', '18080:80'] }, async (scene) => {
      const report = await scene.graft({ ...HOST, keepBackup: true });
      expect(report).toMatchObject({ outcome: 'grafted', reason: null });
      expect(codes(report)).toEqual([
        'host-network',
        'networks-left',
        'ports-unpublished',
        'hostname-of-host',
        'engine-warning',
      ]);
      const now = await expectOnHost(scene, ['Config.Hostname']);
      const host = await engine.docker('info', '--format', '{{.Name}}');
      expect(text(now, 'Config.Hostname')).toBe(host);
      expect(at(now, 'HostConfig.CapAdd')).toBeNull();
      expect(at(now, 'HostConfig.SecurityOpt')).toBeNull();
      expect(await engine.docker('exec', scene.name, 'ls', '/sys/class/net')).toContain('docker0');
      await expectAtRest(scene, report);
      expectFiles(scene, report);

      expect(await scene.graft(HOST)).toMatchObject({ outcome: 'unchanged', warnings: [] });
      await expectRolledBack(scene, await scene.rollback());
      expect(differing(scene.before, (await scene.named()) as Doc)).toEqual([]);
    });
  });

  it('leaves networks, addresses and kernel parameters behind, and says which', async () => {
    const engine = await Engine.up(kind);
    const [one, two] = [`host-one-${kind}`, `host-two-${kind}`];
    await engine.docker('network', 'create', '--subnet', '172.31.7.0/24', one);
    await engine.docker('network', 'create', two);
    const words = `--network ${one} --ip 172.31.7.9 --network-alias api --hostname web
      --sysctl net.core.somaxconn=99 --sysctl kernel.msgmax=65536 --dns 9.9.9.9 --add-host x:1.2.3.4`;
    // This client does not ask the oldest engine for an address.
    const mac = kind === 'newest' ? ['--mac-address', '02:42:ac:1f:07:63'] : [];
    const run = [...words.split(/\s+/), ...mac];
    try {
      await play(engine, { run }, async (scene) => {
        await engine.docker('network', 'connect', two, scene.name);
        scene.before['NetworkSettings'] = (await scene.original())?.['NetworkSettings'] as Doc;
        const report = await scene.graft(HOST);
        expect(report).toMatchObject({ outcome: 'grafted', reason: null });
        expect(codes(report)).toEqual([
          'host-network',
          'networks-left',
          'addresses-dropped',
          'sysctls-dropped',
        ]);
        const told = kind === 'newest' ? ['Config.MacAddress'] : [];
        const now = await expectOnHost(scene, [...told, 'HostConfig.Sysctls']);
        expect(at(now, 'HostConfig.Sysctls')).toEqual({ 'kernel.msgmax': '65536' });
        expect(await engine.docker('exec', scene.name, 'hostname')).toBe('web');
      });
    } finally {
      for (const network of [one, two])
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        await engine.docker('network', 'rm', network);
    }
  });

  it('leaves it again where the replacement does not get ready', async () => {
    const engine = await Engine.up(kind);
    await play(engine, {}, async (scene) => {
      const report = await scene.graft({ ...HOST, ...neverReady });
      await expectRolledBack(scene, report);
      expect(differing(scene.before, (await scene.named()) as Doc)).toEqual([]);
    });
  });

  it('drops links, and parts no container from the one whose network it shares', async () => {
    const engine = await Engine.up(kind);
    await play(engine, {}, async (peer) => {
      await play(engine, { run: ['--link', `${peer.name}:db`] }, async (scene) => {
        const report = await scene.graft(HOST);
        expect(report).toMatchObject({ outcome: 'grafted', reason: null });
        expect(codes(report)).toContain('links-dropped');
        await expectOnHost(scene, ['Config.Hostname', 'HostConfig.Links']);
      });
      await play(engine, { run: ['--network', `container:${peer.name}`] }, async (scene) => {
        const report = await scene.graft(HOST);
        await expectUntouched(scene, report);
        expect(report.reason?.code).toBe('network-of-another');
      });
    });
  });
});

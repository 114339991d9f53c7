/** What a real Compose v2 makes of a service that was grafted: it is up to date, and nothing of ours is in its way. */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { Options } from '../../machines/index.js';
import { graft, rollback } from '../../src/graft.js';
import { Engine, at, engineScript, kinds, text } from './support/engines.js';
import { quick } from './support/scene.js';

const run = promisify(execFile);
const FILE = `
services:
  web:
    image: gpugraft/busybox
    init: true
    command: [sleep, "100000"]
    restart: unless-stopped
    environment: { GREETING: hello }
    labels: { team: ours }
    volumes: ["data:/data", "/anonymous"]
    networks: { front: { aliases: [api] }, back: {} }
    healthcheck: { test: [CMD, "true"], interval: 1s }
    deploy: { resources: { limits: { memory: 64m } } }
    configs: [{ source: motd, target: /etc/motd }]
  side:
    image: gpugraft/busybox
    init: true
    command: [sleep, "100000"]
    networks: [front]
  rider:
    profiles: [rider]
    image: gpugraft/busybox
    init: true
    command: [sleep, "100000"]
    network_mode: service:web
volumes: { data: {} }
networks: { front: {}, back: {} }
configs: { motd: { content: "from the file" } }
`;

/** A project of Compose, brought up, and taken down however the test ends. */
async function withProject(
  engine: Engine,
  body: (project: {
    readonly compose: (...args: string[]) => Promise<string>;
    readonly apply: (options?: Partial<Options>) => ReturnType<typeof graft>;
    readonly undo: (options?: Partial<Options>) => ReturnType<typeof rollback>;
    readonly name: string;
  }) => Promise<void>,
): Promise<void> {
  const program = (await engineScript('compose')).trim();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gpugraft-test-'));
  const project = path.basename(folder).toLowerCase();
  fs.writeFileSync(path.join(folder, 'compose.yaml'), FILE);
  const session = { context: null, host: engine.host, stateDir: path.join(folder, 'state') };
  const env = { ...process.env, DOCKER_HOST: engine.host };
  // It tells what it does on stderr.
  const compose = async (...args: string[]): Promise<string> => {
    const options = ['--ansi', 'never', '--project-name', project, '--project-directory', folder];
    const { stdout, stderr } = await run(program, [...options, ...args], { env });
    return stdout + stderr;
  };
  const name = `${project}-web-1`;
  const options = (more: Partial<Options> = {}) => ({
    ...quick,
    ready: 'health' as const,
    ...more,
  });
  try {
    await compose('up', '--detach', '--wait');
    await body({
      compose,
      name,
      apply: (more) => graft(name, options(more), session),
      undo: (more) => rollback(name, options(more), session),
    });
  } finally {
    await compose('down', '--volumes', '--timeout', '0');
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

const services = async (engine: Engine, name: string): Promise<string[]> => {
  const project = name.replace(/-web-1$/, '');
  const filter = `label=com.docker.compose.project=${project}`;
  const format = ['--format', '{{.Names}} {{.State}}'];
  return (await engine.docker('ps', '--all', '--filter', filter, ...format)).split('\n').toSorted();
};
const isUp = (name: string): string[] =>
  [`${name} running`, `${name.replace('-web-', '-side-')} running`].toSorted();

describe.each(kinds)('%s', (kind) => {
  it.each<[string, Partial<Options>]>([
    ['nothing kept', {}],
    ['a snapshot kept', { keepBackup: true }],
  ])('sees a grafted service as up to date: %s', async (_, options) => {
    const engine = await Engine.up(kind);
    await withProject(engine, async ({ compose, apply, name }) => {
      const report = await apply(options);
      expect(report).toMatchObject({ outcome: 'grafted', reason: null });
      expect(report.warnings.map(({ code }) => code)).toContain('compose-service');
      expect(await services(engine, name)).toEqual(isUp(name));
      const grafted = text(await engine.inspect(name), 'Id');
      expect(grafted).toBe(report.container.replacementId);
      for (const times of [1, 2]) {
        const said = await compose('up', '--detach');
        expect(said, String(times)).toContain('Running');
        expect(said).not.toMatch(/Recreat|Creat|Start|Stopp|Remov/);
        expect(text(await engine.inspect(name), 'Id')).toBe(grafted);
        expect(await services(engine, name)).toEqual(isUp(name));
      }
      expect(await engine.docker('exec', name, 'cat', '/etc/motd')).toBe('from the file');
      const requests = at(await engine.inspect(name), 'HostConfig.DeviceRequests');
      expect(requests).toHaveLength(1);
      // It is its own service still: Compose restarts and scales it.
      await compose('restart', '--timeout', '1', 'web');
      expect(text(await engine.inspect(name), 'Id')).toBe(grafted);
    });
  });

  it('goes on with a service that lives in the network of a grafted one', async () => {
    const engine = await Engine.up(kind);
    await withProject(engine, async ({ compose, apply, undo, name }) => {
      await compose('--profile', 'rider', 'up', '--detach');
      const rider = name.replace('-web-', '-rider-');
      expect(await apply()).toMatchObject({
        outcome: 'refused',
        reason: { code: 'has-dependents' },
      });
      const address = async (of: string): Promise<string> =>
        engine.docker('exec', of, 'sh', '-c', 'hostname; hostname -i; readlink /proc/self/ns/net');
      const isAttached = async (): Promise<void> => {
        const holder = text(await engine.inspect(name), 'Id');
        const mode = at(await engine.inspect(rider), 'HostConfig.NetworkMode');
        expect(mode).toBe(`container:${holder}`);
        expect(await address(rider)).toBe(await address(name));
        // Its hash holds the ID of what it lives in, so that Compose makes it anew, once; that is all.
        const first = await compose('--profile', 'rider', 'up', '--detach');
        expect(first.match(/\S+ +Recreated/g)).toEqual([expect.stringContaining(rider)]);
        expect(await compose('--profile', 'rider', 'up', '--detach')).not.toMatch(
          /Recreat|Creat|Start|Stopp|Remov/,
        );
        expect(text(await engine.inspect(name), 'Id')).toBe(holder);
        expect(await address(rider)).toBe(await address(name));
        expect(await services(engine, name)).toEqual(
          [...isUp(name), `${rider} running`].toSorted(),
        );
      };
      const graft = await apply({ allowDependents: true, keepBackup: true });
      expect(graft).toMatchObject({ outcome: 'grafted', reason: null });
      await isAttached();
      const back = await undo({ allowDependents: true });
      expect(back).toMatchObject({ outcome: 'rolledBack', rolledBack: true });
      expect(back.warnings.map(({ code }) => code)).not.toContain('dependent-not-restored');
      await isAttached();
      await compose('--profile', 'rider', 'down', '--timeout', '0');
    });
  });

  it('sees the service as up to date after its original was made again', async () => {
    const engine = await Engine.up(kind);
    await withProject(engine, async ({ compose, apply, undo, name }) => {
      expect((await apply({ keepBackup: true })).backup.kind).toBe('snapshot');
      const report = await undo();
      expect(report).toMatchObject({ outcome: 'rolledBack', rolledBack: true });
      const original = text(await engine.inspect(name), 'Id');
      expect(at(await engine.inspect(name), 'HostConfig.DeviceRequests') ?? []).toEqual([]);
      expect(await compose('up', '--detach')).not.toMatch(/Recreat|Creat|Start|Stopp|Remov/);
      expect(text(await engine.inspect(name), 'Id')).toBe(original);
      expect(await services(engine, name)).toEqual(isUp(name));
    });
  });
});

/** The images of the Dockerfile as files: what is in them, what is not, and that a build makes the same each time. */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build, builders, ended, prepare } from './rc/images.js';
import { at, Engine, kinds, root } from './support/engines.js';
import type { Doc } from './support/engines.js';

const lab = fs.mkdtempSync(path.join(os.tmpdir(), 'gpugraft-builds-'));
afterAll(() => fs.rmSync(lab, { recursive: true, force: true }));

/** Words of a file in each image. */
const TEXT = { sandbox: 'starting the command all the same', cli: 'pre-patch sandbox restored' };

/** All that a build may see, in a folder of its own. */
function checkout(name: string): string {
  const folder = path.join(lab, name);
  for (const one of ['Dockerfile', '.dockerignore', 'scripts', 'dist/image'])
    fs.cpSync(path.join(root, one), path.join(folder, one), { recursive: true });
  return folder;
}

/** A layer in which nothing is: BuildKit makes one for a WORKDIR that is there. */
const NOTHING = 'sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef';

async function imageOf(engine: Engine, name: string): Promise<Doc> {
  const [found] = JSON.parse(await engine.docker('image', 'inspect', name)) as Doc[];
  return found ?? {};
}
/** Digests of what is in the layers, the base's first. */
const layersOf = async (engine: Engine, name: string): Promise<unknown[]> =>
  (at(await imageOf(engine, name), 'RootFS.Layers') as unknown[]).filter(
    (layer) => layer !== NOTHING,
  );

describe.each(kinds)('a build on the %s engine', (kind) => {
  let engine: Engine;
  beforeAll(async () => {
    await prepare();
    engine = await Engine.up(kind);
  });

  it('makes the same layer of the sandbox with each builder, again, and of a checkout of other modes and dates', async () => {
    const other = checkout(`other-${kind}`);
    for (const file of fs.readdirSync(other, { recursive: true, encoding: 'utf8' })) {
      const whole = path.join(other, file);
      if (file.startsWith('dist/image/cli')) continue;
      fs.chmodSync(whole, fs.statSync(whole).isDirectory() ? 0o700 : 0o600);
      fs.utimesSync(whole, 1, 1_000_000_000);
    }
    const seen: unknown[][] = [];
    for (const builder of builders) {
      for (const context of [root, other]) {
        const image = await build(engine, 'sandbox', { builder, context, anew: true, tag: 'same' });
        seen.push(await layersOf(engine, image));
      }
    }
    const [first] = seen;
    expect(first).toHaveLength(2);
    expect(seen).toEqual([first, first, first, first]);
  });

  it('makes the same layer of the command line with each builder, and again', async () => {
    const seen: unknown[] = [];
    for (const builder of [...builders, 'BuildKit'] as const) {
      const image = await build(engine, 'cli', { builder, anew: true, tag: 'same' });
      seen.push((await layersOf(engine, image)).at(-1));
    }
    expect(seen).toEqual([seen[0], seen[0], seen[0]]);
  });
});

/** What the Dockerfile itself does, whichever engine carries it out. */
describe('a build', () => {
  const kind = 'newest';
  let engine: Engine;
  beforeAll(async () => {
    await prepare();
    engine = await Engine.up(kind);
  });

  it("sees nothing of a checkout but what it copies, and puts nobody's secret into a layer", async () => {
    const context = checkout(`secret-${kind}`);
    const canary = `canary-${randomBytes(8).toString('hex')}`;
    const places = [
      '.env',
      '.npmrc',
      '.git/config',
      'scripts/id_rsa',
      'scripts/lib/.env',
      'node_modules/x/token',
      'dist/image/.env',
      'dist/src/x.js',
    ];
    for (const place of places) {
      fs.mkdirSync(path.dirname(path.join(context, place)), { recursive: true });
      fs.writeFileSync(path.join(context, place), canary);
    }
    for (const builder of builders) {
      for (const target of ['sandbox', 'cli'] as const) {
        const args = [`HTTP_PROXY=http://user:${canary}@proxy`];
        const image = await build(engine, target, { builder, context, args, tag: 'secret' });
        const saved = path.join(lab, `${kind}-${builder}-${target}.tar`);
        await engine.docker('image', 'save', '-o', saved, image);
        // Layers, configuration and history, none of them compressed: words of a file are found.
        const has = (text: string): boolean =>
          spawnSync('grep', ['-qF', '--', text, saved], { stdio: 'inherit' }).status === 0;
        expect([has(TEXT[target]), has(canary)]).toEqual([true, false]);
        fs.rmSync(saved);
      }
    }
    // What the engine is sent at all.
    fs.writeFileSync(
      path.join(context, 'Dockerfile'),
      'FROM gpugraft/busybox AS sandbox\nCOPY . /context\n',
    );
    const image = await build(engine, 'sandbox', { context, tag: 'context' });
    const { stdout } = await ended(
      engine,
      image,
      'find',
      '/context',
      '-type',
      'f',
      '-not',
      '-path',
      '*/image/cli/*',
    );
    expect(stdout.trim().split('\n').toSorted()).toEqual([
      '/context/dist/image/.env',
      '/context/dist/image/clean-runtime-shell-env-shim.mjs',
      '/context/scripts/sandbox-profile.sh',
      '/context/scripts/sandbox-start.sh',
    ]);
  });

  it.each(['sandbox', 'cli'] as const)(
    'labels the %s image, and does not run it as root',
    async (target) => {
      const config = at(await imageOf(engine, await build(engine, target)), 'Config') as Doc;
      expect(config['Labels']).toEqual({
        'org.opencontainers.image.title':
          target === 'cli' ? 'gpugraft' : 'gpugraft sandbox runtime',
        'org.opencontainers.image.description': expect.stringMatching(/./) as string,
        'org.opencontainers.image.licenses': 'Apache-2.0',
      });
      expect(config['User']).toBe(target === 'cli' ? '65532:65532' : 'sandbox');
      const writable = "find / -xdev -perm /022 -not -type l -not -perm /1000 -path '/usr/local/*'";
      const flags = [
        '-u',
        '0',
        '--entrypoint',
        'sh',
        `gpugraft-test/${target}:latest`,
        '-c',
        writable,
      ];
      expect((await ended(engine, ...flags)).stdout).toBe('');
    },
  );

  /** A base of that Dockerfile. */
  async function baseOf(name: string, ...lines: string[]): Promise<string> {
    const context = path.join(lab, `base-${name}-${kind}`);
    fs.mkdirSync(context);
    fs.writeFileSync(
      path.join(context, 'Dockerfile'),
      ['FROM gpugraft/debian AS sandbox', ...lines].join('\n'),
    );
    return build(engine, 'sandbox', { context, tag: `base-${name}` });
  }

  it('leaves the base its user sandbox, and its folders as they are', async () => {
    const base = await baseOf(
      'user',
      'RUN groupadd -g 1501 sandbox && useradd -u 1500 -g 1501 -d /home/s sandbox && chmod 2775 /usr/local/lib && chgrp 50 /usr/local/lib',
    );
    const image = await build(engine, 'sandbox', { base, tag: 'user' });
    const look =
      'id -u; id -g; stat -c "%u:%g %a" /sandbox /usr/local/lib /usr/local/lib/nemoclaw /etc/shadow; touch /sandbox/mine';
    const { code, stdout } = await ended(engine, image, 'sh', '-c', look);
    expect([code, stdout]).toEqual([
      0,
      '1500\n1501\n1500:1501 755\n0:50 2775\n0:0 755\n0:42 640\n',
    ]);
  });

  it('takes other numbers for the user, and says where they are taken', async () => {
    const args = ['SANDBOX_UID=1234', 'SANDBOX_GID=1235'];
    const image = await build(engine, 'sandbox', { args, tag: 'numbers' });
    expect((await ended(engine, image, 'id')).stdout).toBe(
      'uid=1234(sandbox) gid=1235(sandbox) groups=1235(sandbox)\n',
    );
    for (const taken of ['SANDBOX_UID=0', 'SANDBOX_GID=0', 'SANDBOX_UID=33'])
      await expect(build(engine, 'sandbox', { args: [taken], tag: 'taken' })).rejects.toThrow(
        'choose another SANDBOX_UID and SANDBOX_GID',
      );
    for (const odd of ['SANDBOX_UID=', 'SANDBOX_GID=', 'SANDBOX_UID=root'])
      await expect(build(engine, 'sandbox', { args: [odd], tag: 'taken' })).rejects.toThrow(
        'SANDBOX_UID and SANDBOX_GID are numbers',
      );
  });

  it('ends where the base has an older Node, and says so', async () => {
    const old = 'Object.defineProperty(process, "versions", {value: {node: "20.18.3"}})';
    const base = await baseOf(
      'old',
      `RUN echo '${old}' >/old.cjs && printf '#!/bin/sh\\nexec /usr/bin/node -r /old.cjs "$@"\\n' >/usr/local/bin/node && chmod 755 /usr/local/bin/node`,
    );
    for (const target of ['sandbox', 'cli'] as const)
      await expect(build(engine, target, { base, tag: 'old' })).rejects.toThrow(
        '20.19 or later is needed',
      );
  });
});

it('makes the very same image of the sandbox, where BuildKit is told a date', async () => {
  const engine = await Engine.up('newest');
  const dated = async (): Promise<unknown> => {
    const args = ['SOURCE_DATE_EPOCH=0'];
    const image = await build(engine, 'sandbox', {
      builder: 'BuildKit',
      args,
      anew: true,
      tag: 'dated',
    });
    return (await imageOf(engine, image))['Id'];
  };
  expect(await dated()).toBe(await dated());
});

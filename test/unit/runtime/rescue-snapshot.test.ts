/** What makes a retired original again by hand: a script that any shell can read, and a document that it can. */
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { SnapshotDocument } from '../../../src/actors/support/scope.js';
import { modelOriginal } from '../../../src/model/setting.js';
import { inspectIn } from '../../../src/runtime/rescue.js';
import { parseLossless } from '../../../src/docker/lossless-json.js';
import type { JsonObject } from '../../../src/docker/raw.js';
import { snapshotJson, snapshotScript } from '../../../src/runtime/rescue-snapshot.js';
import { RunFolder } from '../../../src/runtime/store.js';
import { observed } from '../spec/observed.js';

const base = fs.mkdtempSync(path.join(os.tmpdir(), "gpugraft-test-it's "));
afterAll(() => fs.rmSync(base, { recursive: true }));
const session = { context: `it's "the" lab`, host: null, stateDir: base };

const document = (name = 'box'): SnapshotDocument => ({
  gateway: null,
  replacementId: 'b'.repeat(64),
  original: { ...modelOriginal, name },
  snapshot: {
    runId: 'model1',
    imageId: modelOriginal.imageId,
    imageName: 'app:1',
    daemonUlimits: [],
  },
  engineId: 'engine-1',
  apiVersion: '1.41',
  inspect: observed(),
  body: { Image: 'app:1', Env: ['SECRET=canary', `Q="it's",\n"x": \\1,`], HostConfig: {} },
  connect: [{ network: 'f'.repeat(64), name: 'back', endpoint: { Aliases: ['db'] } }],
});
const script = (name?: string): string =>
  snapshotScript(document(name), new RunFolder(base, 'model1'), session);

describe('the rescue script of a snapshot', () => {
  it.each(['box', `it's; touch pwned #`, '$(touch pwned)', '`touch pwned`', 'a\\b "c" *', '-rf'])(
    'is one that a shell can read, for %s',
    (name) => {
      const file = path.join(base, 'rescue.sh');
      fs.writeFileSync(file, script(name));
      const { status, stderr } = spawnSync('sh', ['-n', file], { encoding: 'utf8' });
      expect([status, stderr]).toEqual([0, '']);
      // As in rescue.test.ts; checked where it is installed.
      const checked = spawnSync('shellcheck', ['--shell=sh', '--exclude=SC1003,SC2016', file], {
        encoding: 'utf8',
      });
      const found = checked.error === undefined ? [checked.status, checked.stdout] : [0, ''];
      expect(found).toEqual([0, '']);
    },
  );

  it('holds no value of the environment; the document beside it does', () => {
    expect(script()).not.toContain('canary');
    expect(snapshotJson(document())).toContain('canary');
  });

  it('sends a limit that is wider than a number here as the engine wrote it', () => {
    const wide = parseLossless('{"Ulimits":[{"Name":"memlock","Soft":9223372036854775807}]}');
    const body = { Image: 'app:1', HostConfig: wide as JsonObject };
    const [, create = ''] = /"create": (.*),\n/.exec(snapshotJson({ ...document(), body })) ?? [];
    expect(create).toContain('"Soft":9223372036854775807');
  });

  it('reads from the document, byte for byte, what the engine is sent', () => {
    const folder = new RunFolder(base, 'model1');
    fs.mkdirSync(folder.folder, { recursive: true });
    fs.writeFileSync(folder.rescueFiles[0], snapshotJson(document()));
    const text = script();
    const from = text.indexOf('field() {');
    const functions = text.slice(from, text.indexOf('\n', from));
    const at = text.indexOf('document=');
    const field = (key: string): string =>
      spawnSync(
        'sh',
        ['-c', `${text.slice(at, text.indexOf('\nname='))}\n${functions}\nfield ${key}`],
        {
          encoding: 'utf8',
        },
      ).stdout;
    expect(JSON.parse(field('create'))).toEqual(document().body);
    expect(JSON.parse(field('connect-0'))).toEqual({ Aliases: ['db'] });
  });

  it('keeps the inspect where later runs look for it', () => {
    expect(inspectIn(snapshotJson(document()))?.Id).toBe(observed().Id);
  });

  it('does not start what did not run', () => {
    const stopped = { ...document(), original: { ...modelOriginal, running: false } };
    const text = snapshotScript(stopped, new RunFolder(base, 'model1'), session);
    expect(text).not.toMatch(/^docker start/m);
    expect(script()).toMatch(/^docker start "\$id"$/m);
  });
});

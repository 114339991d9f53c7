/** A planted secret stands in the rescue document, only as long as a backup needs it, and in the log of a container that has printed it. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Engine, kinds } from './support/engines.js';
import { runChild } from './support/child.js';
import { expectGoodEnd } from './support/ends.js';
import { neverReady, play } from './support/scene.js';
import type { Scene } from './support/scene.js';

/** The files under the state folder that hold one of the secrets. */
function told(scene: Scene, secrets: readonly string[]): string[] {
  return fs
    .readdirSync(scene.stateDir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .filter((entry) => {
      const content = fs.readFileSync(path.join(entry.parentPath, entry.name), 'latin1');
      return secrets.some((secret) => content.includes(secret));
    })
    .map(({ name }) => name)
    .toSorted();
}

const kept = { keepBackup: true };

describe.concurrent.each(kinds)('%s', (kind) => {
  it.each([
    { name: 'a graft', over: {}, before: ['original.log'] },
    { name: 'a kept backup', over: kept, before: ['rescue.json'] },
    { name: 'a rollback', over: neverReady, before: ['replacement.log'] },
    {
      name: 'a replacement that says it',
      over: {
        ready: 'command',
        readyCommand: ['sh', '-c', 'echo $TOKEN; exit 1'],
        errorDebounce: 2,
      },
      before: ['replacement.log'],
    },
  ] as const)('of $name', async ({ over, before }) => {
    const engine = await Engine.up(kind);
    const [env, label, arg] = ['env', 'label', 'arg'].map(
      (s) => `${s}-${randomBytes(9).toString('hex')}`,
    ) as [string, string, string];
    const run = ['-e', `TOKEN=${env}`, '--label', `token=${label}`];
    const command = ['sh', '-c', `echo "my token is $TOKEN"; : ${arg}; exec sleep 100000`];
    await play(engine, { run, command }, async (scene) => {
      const secrets = [env, label, arg];
      const { report, output } = await runChild(scene, {
        op: 'graft',
        target: scene.name,
        options: {
          ...over,
          readyCommand: 'readyCommand' in over ? [...(over.readyCommand ?? [])] : null,
        },
      });
      if (report === null) throw new Error('killed');
      for (const secret of secrets) expect(output).not.toContain(secret);
      expect(told(scene, secrets)).toEqual(before);
      await expectGoodEnd(scene, report);
      expect(told(scene, secrets)).toEqual(before);
      if (over !== kept) return;
      const back = await scene.rollback();
      expect(back.outcome).toBe('rolledBack');
      expect(told(scene, secrets)).toEqual(['replacement.log']);
    });
  });
});

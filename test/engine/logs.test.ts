/** The old logs on real engines: what the run's folder has afterwards is what `docker logs` said before. */
import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/report.js';
import { Engine, kinds } from './support/engines.js';
import { expectGrafted, expectRolledBack } from './support/ends.js';
import { failsWithGpu, play } from './support/scene.js';
import type { Scene } from './support/scene.js';

const run = promisify(execFile);
const END = 'the end of it';
/** Prints on both streams, in turns and with control characters, and sleeps; logs nothing when it is started again with a GPU. */
const talker = (loud: string): string[] => [
  'sh',
  '-c',
  `[ -e /dev/nvidia0 ] || { ${loud}; printf 'bell\\007 \\033[2J\\n'; echo to stderr >&2; echo ${END}; }; exec sleep 100000`,
];
const LOUD = 'yes "a line of forty characters, with its end" | head -c 12000000';
const SOME = 'for i in $(seq 2000); do echo line $i; echo error $i >&2; done';

/** As the docker client writes both streams to one file. */
async function logsOf({ engine, name, stateDir }: Scene): Promise<Buffer> {
  const file = path.join(stateDir, 'expected');
  await run('sh', ['-c', `docker -H ${engine.host} logs --timestamps ${name} > ${file} 2>&1`]);
  const text = fs.readFileSync(file);
  fs.rmSync(file);
  return text;
}
async function saidAll(scene: Scene): Promise<Buffer> {
  let last: Buffer = Buffer.alloc(0);
  let same = 0;
  for (let tries = 0; tries < 450; tries += 1) {
    // Each stream has a copier of its own, and one may be thousands of lines ahead of the other.
    const said = await logsOf(scene);
    if (said.includes(END) && said.includes('to stderr')) return said;
    // So far ahead that its last line was rotated away (seen on a busy machine): then nothing more comes.
    same = said.length > 0 && said.equals(last) ? same + 1 : 0;
    if (same >= 25) return said;
    last = said;
    await sleep(200);
  }
  throw new Error(`${scene.name} has not said all of it`);
}
const fileOf = ({ journal }: Report, name: string): string =>
  path.join(path.dirname(journal ?? ''), 'logs', name);
/**
 * Nobody listens, and nobody says so: where the engine hears that the port is closed, it fails to write a
 * line now and then and leaves it out of its own copy as well (of 4,002 lines 16 on 28.5, 31 on 20.10).
 */
const hushed = (engine: Engine): Promise<string> =>
  engine.within('iptables', '-I', 'INPUT', '-p', 'udp', '--dport', '9', '-j', 'DROP');
const SYSLOG = ['--log-driver', 'syslog', '--log-opt', 'syslog-address=udp://127.0.0.1:9'];

describe.each(kinds)('%s', (kind) => {
  it.each<[string, string[], string]>([
    ['12 MB of json-file', [], LOUD],
    ['json-file that rotated', ['--log-opt', 'max-size=50k', '--log-opt', 'max-file=3'], SOME],
    ['local that rotated', ['--log-driver', 'local', '--log-opt', 'max-size=50k'], SOME],
    ['a terminal', ['-t'], SOME],
    ['syslog, of which the engine keeps a copy', SYSLOG, SOME],
  ])('keeps those of %s', async (_, args, loud) => {
    const engine = await Engine.up(kind);
    if (args === SYSLOG) await hushed(engine);
    await play(engine, { run: args, command: talker(loud) }, async (scene) => {
      const before = await saidAll(scene);
      const report = await scene.graft();
      expect(report).toMatchObject({ outcome: 'grafted', backup: { removed: true } });
      expect(report.warnings.map(({ code }) => code)).not.toContain('logs-not-readable');
      // Not by the matcher, which would print all of it.
      expect(before.equals(fs.readFileSync(fileOf(report, 'original.log')))).toBe(true);
      await expectGrafted(scene, report);
    });
  });

  it.each([
    ['none', ['--log-driver', 'none']],
    ['syslog', [...SYSLOG, '--log-opt', 'cache-disabled=true']],
  ])('says that those of the driver %s cannot be read, and goes on', async (driver, args) => {
    const engine = await Engine.up(kind);
    await play(engine, { run: args }, async (scene) => {
      const report = await scene.graft();
      const told = report.warnings.filter(({ code }) => code === 'logs-not-readable');
      expect(told.map(({ message }) => message)).toEqual([expect.stringContaining(driver)]);
      expect(fs.existsSync(fileOf(report, 'original.log'))).toBe(false);
      await expectGrafted(scene, report);
    });
  });

  it('keeps those of a replacement that failed, and leaves the original its own', async () => {
    const engine = await Engine.up(kind);
    await play(engine, { command: failsWithGpu(3) }, async (scene) => {
      const report = await scene.graft();
      await expectRolledBack(scene, report);
      expect(fs.readFileSync(fileOf(report, 'replacement.log'), 'utf8')).toMatch(
        /^\d{4}-\d\d-\d\dT\S+Z the supervisor has died\n$/,
      );
    });
  });
});

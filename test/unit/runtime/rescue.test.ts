/** The script that brings the original back with nothing but a shell and the docker client. */
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RescueDocument } from '../../../src/actors/support/scope.js';
import { rescueJson, rescueScript } from '../../../src/runtime/rescue.js';
import { folder, runId } from './lines.js';

const originalId = 'a'.repeat(64);
const replacementId = 'b'.repeat(64);

function document(
  name = 'box',
  policy = { name: 'always', maximumRetryCount: 0 },
  running = true,
): RescueDocument {
  const original = { id: originalId, name, policy, running } as RescueDocument['original'];
  const inspect = {
    Id: originalId,
    Config: { Env: ['TOKEN=secret'] },
  } as RescueDocument['inspect'];
  return {
    runId,
    original,
    inspect,
    gateway: null,
    replacementName: `${name}.gpugraft-${runId}`,
    backupName: `${name}.gpugraft-backup-${runId}`,
    engineId: 'engine',
  };
}

const lab = { context: `it's "the" lab`, host: null, stateDir: '/a folder' };

/** As much of a docker client as the script asks for, on containers in a JSON file. */
const client = (file: string) => `#!${process.execPath}
const fs = require('node:fs');
const file = ${JSON.stringify(file)};
const all = JSON.parse(fs.readFileSync(file, 'utf8'));
const [verb, ...args] = process.argv.slice(2);
fs.appendFileSync(file + '.engines', JSON.stringify([process.env.DOCKER_HOST, process.env.DOCKER_CONTEXT]) + '\\n');
const ref = verb === 'rename' ? args[0] : args.at(-1);
const one = all.find(({ id, name }) => id === ref || name === ref);
if (one === undefined) { console.error('Error: No such container: ' + ref); process.exit(1); }
if (verb === 'inspect') {
  const format = args[args.indexOf('--format') + 1];
  console.log(format.replace('{{.Name}}', '/' + one.name).replace('{{.Id}}', one.id).replace('{{.State.Status}}', one.status));
}
if (verb === 'stop') one.status = 'exited';
if (verb === 'start') {
  if (all.some((other) => other !== one && other.status === 'running')) { console.error('both run'); process.exit(9); }
  one.status = 'running';
}
if (verb === 'update') one.policy = args[args.indexOf('--restart') + 1];
if (verb === 'rename') {
  if (all.some(({ name }) => name === args[1])) { console.error('Conflict'); process.exit(1); }
  one.name = args[1];
}
if (!['inspect', 'stop', 'start', 'update', 'rename'].includes(verb)) process.exit(8);
fs.writeFileSync(file, JSON.stringify(all));
`;

interface Box {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly policy: string;
}

function rescue(doc: RescueDocument, before: readonly Box[]) {
  const at = folder();
  const file = path.join(at, 'containers.json');
  fs.writeFileSync(file, JSON.stringify(before));
  fs.writeFileSync(path.join(at, 'docker'), client(file), { mode: 0o755 });
  fs.writeFileSync(path.join(at, 'rescue.sh'), rescueScript(doc, lab), { mode: 0o700 });
  const { DOCKER_HOST: _host, DOCKER_CONTEXT: _context, ...here } = process.env;
  const run = (env: Record<string, string> = {}) =>
    spawnSync(path.join(at, 'rescue.sh'), {
      cwd: at,
      env: { ...here, ...env, PATH: `${at}:${process.env['PATH'] ?? ''}` },
      encoding: 'utf8',
    });
  /** The engines that the client was told to talk to. */
  const engines = () => [...new Set(fs.readFileSync(`${file}.engines`, 'utf8').trim().split('\n'))];
  const after = () => JSON.parse(fs.readFileSync(file, 'utf8')) as Box[];
  return { at, run, after, engines };
}

const names = [
  'box',
  `it's; touch pwned #`,
  '$(touch pwned)',
  '`touch pwned`',
  'a\\b "c" *',
  '-rf',
];

describe('the rescue script', () => {
  it.each(names)('is a script that a shell can read, for %s', (name) => {
    const file = path.join(folder(), 'rescue.sh');
    fs.writeFileSync(file, rescueScript(document(name), lab));
    const { status, stderr } = spawnSync('sh', ['-n', file], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
    // SC2016: that nothing expands in single quotes is what they are for; SC1003: a quoted command is quoted again. Checked where it is installed, as it is wherever the whole of the tests is run.
    const checked = spawnSync('shellcheck', ['--shell=sh', '--exclude=SC1003,SC2016', file], {
      encoding: 'utf8',
    });
    expect([checked.error === undefined ? checked.status : 0, checked.stdout ?? '']).toEqual([
      0,
      '',
    ]);
  });

  it.each([true, false])('goes through the gateway of a sandbox (lifecycle: %s)', (lifecycle) => {
    const file = path.join(folder(), 'rescue.sh');
    const gateway = { sandbox: "it's", workspace: 'default', lifecycle, wasReady: true };
    const text = rescueScript({ ...document('box'), gateway }, lab);
    fs.writeFileSync(file, text);
    expect(spawnSync('sh', ['-n', file], { encoding: 'utf8' }).stderr).toBe('');
    const checked = spawnSync('shellcheck', ['--shell=sh', '--exclude=SC1003,SC2016', file]);
    expect(checked.error === undefined ? checked.status : 0).toBe(0);
    const stop = text.indexOf('"$openshell" sandbox stop');
    expect(stop >= 0).toBe(lifecycle);
    expect(stop < text.indexOf('docker stop')).toBe(true);
    expect(text.includes('"$openshell" sandbox start')).toBe(lifecycle);
    expect(text.includes('docker start')).toBe(!lifecycle);
  });

  it.each(['exit 1', null])('changes nothing where its gateway does not stop it (%s)', (does) => {
    const gateway = { sandbox: 'box', workspace: null, lifecycle: true, wasReady: true };
    const doc = { ...document(), gateway };
    const before = [
      { id: originalId, name: doc.backupName, status: 'exited', policy: 'no' },
      { id: replacementId, name: 'box', status: 'running', policy: 'always' },
    ];
    const { at, run, after } = rescue(doc, before);
    const file = path.join(at, 'my-openshell');
    if (does !== null) fs.writeFileSync(file, `#!/bin/sh\n${does}\n`, { mode: 0o755 });
    const { status, stderr } = run({ GPUGRAFT_OPENSHELL_BIN: file });
    expect(status).toBe(1);
    expect(stderr).toContain('the gateway did not stop the sandbox, and nothing was changed');
    expect(after()).toEqual(before);
  });

  it.each(names)('puts the original back from the middle of a graft of %s, and again', (name) => {
    const doc = document(name);
    const { at, run, after } = rescue(doc, [
      { id: originalId, name: doc.backupName, status: 'exited', policy: 'no' },
      { id: replacementId, name, status: 'running', policy: 'always' },
      { id: 'c'.repeat(64), name: 'bystander', status: 'exited', policy: 'always' },
    ]);
    const first = run();
    expect([first.status, first.stderr]).toEqual([0, '']);
    expect(first.stdout).toContain(`restored: /${name} running`);
    const restored = [
      { id: originalId, name, status: 'running', policy: 'always' },
      {
        id: replacementId,
        name: `${name}.gpugraft-failed-${runId}`,
        status: 'exited',
        policy: 'no',
      },
      { id: 'c'.repeat(64), name: 'bystander', status: 'exited', policy: 'always' },
    ];
    expect(after()).toEqual(restored);
    expect(run().status).toBe(0);
    expect(after()).toEqual(restored);
    expect(fs.existsSync(path.join(at, 'pwned'))).toBe(false);
  });

  it('puts it back before the names were swapped, and gives the retries back', () => {
    const doc = document('box', { name: 'on-failure', maximumRetryCount: 3 });
    const { run, after } = rescue(doc, [
      { id: originalId, name: 'box', status: 'exited', policy: 'no' },
      { id: replacementId, name: doc.replacementName, status: 'created', policy: 'on-failure:3' },
    ]);
    expect(run().status).toBe(0);
    expect(after()).toEqual([
      { id: originalId, name: 'box', status: 'running', policy: 'on-failure:3' },
      { id: replacementId, name: doc.replacementName, status: 'exited', policy: 'no' },
    ]);
  });

  it('does not start what did not run', () => {
    const doc = document('box', { name: 'always', maximumRetryCount: 0 }, false);
    const { run, after } = rescue(doc, [
      { id: originalId, name: doc.backupName, status: 'exited', policy: 'no' },
      { id: replacementId, name: 'box', status: 'created', policy: 'always' },
    ]);
    const { status, stdout } = run();
    expect(status).toBe(0);
    expect(stdout).toContain('restored: /box exited');
    expect(after()[0]).toEqual({
      id: originalId,
      name: 'box',
      status: 'exited',
      policy: 'always',
    });
    expect(run().status).toBe(0);
  });

  it('talks to the engine of the run, or to the one that it is given', () => {
    const before = [{ id: originalId, name: 'box', status: 'exited', policy: 'no' }];
    const alone = rescue(document(), before);
    alone.run();
    expect(alone.engines()).toEqual([JSON.stringify([null, lab.context])]);
    const given = rescue(document(), before);
    given.run({ DOCKER_HOST: 'tcp://h:1' });
    expect(given.engines()).toEqual([JSON.stringify(['tcp://h:1', null])]);
    expect(rescueScript(document(), { ...lab, context: null, host: 'tcp://h:1' })).toContain(
      "export DOCKER_HOST='tcp://h:1'",
    );
    expect(rescueScript(document(), { ...lab, context: null })).not.toContain('export');
  });

  it('names what goes on, whether the run was interrupted or is over', () => {
    const before = [{ id: originalId, name: 'box', status: 'exited', policy: 'no' }];
    const said = rescue(document(), before).run().stdout;
    const place = String.raw`--context 'it'\''s "the" lab' --state-dir '/a folder'`;
    expect(said).toContain(`what is left of the run goes with: gpugraft rollback box ${place}\n`);
  });

  it('changes nothing where the original is not there', () => {
    const before = [{ id: replacementId, name: 'box', status: 'running', policy: 'always' }];
    const { run, after } = rescue(document(), before);
    const { status, stderr } = run();
    expect(status).not.toBe(0);
    expect(stderr).toContain('No such container');
    expect(after()).toEqual(before);
  });

  it('holds no value of the environment; the document beside it does', () => {
    expect(rescueScript(document(), lab)).not.toContain('secret');
    expect(JSON.parse(rescueJson(document()))).toEqual({ schema: 1, ...document() });
  });
});

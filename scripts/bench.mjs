#!/usr/bin/env node
// Downtime of a graft against `docker restart` of the same container, before the graft and after it,
// in one run, from the engine's kill event to its start event; and the start-up of the command line
// against `node -e 0`. After the graft it is the same work, GPU and all; before it, what the user was
// used to. The figures are ratios, taken round by round: a slow machine slows both sides. Needs DOCKER_HOST (scripts/engine env)
// and a built tree; `npm run bench` sees to both.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const rounds = Number(process.argv[2] ?? 25);
const cli = new URL('../dist/src/cli/bin.js', import.meta.url).pathname;
const stateDir = join(mkdtempSync(join(tmpdir(), 'gpugraft-bench-')), 'state');

function run(command, args) {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr || stdout}`);
  return stdout.trim();
}
const docker = (...args) => run('docker', args);
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const show = (values) =>
  `median ${median(values).toFixed(1)} ms (min ${Math.min(...values).toFixed(1)}, max ${Math.max(...values).toFixed(1)}, n ${values.length})`;

/** Milliseconds from the last kill event of `from` to the first start event of `to` after it. */
function between(since, from, to) {
  const until = (Date.now() / 1000 + 1).toFixed(3);
  const events = docker(
    'events',
    '--since',
    since,
    '--until',
    until,
    '--filter',
    'type=container',
    '--format',
    '{{.TimeNano}} {{.Action}} {{.ID}}',
  )
    .split('\n')
    .map((line) => line.split(' '));
  const kill = events.findLast(([, action, id]) => action === 'kill' && id === from);
  const start = events.find(
    ([time, action, id]) => action === 'start' && id === to && BigInt(time) > BigInt(kill[0]),
  );
  return Number(BigInt(start[0]) - BigInt(kill[0])) / 1e6;
}

const idOf = (name) => docker('inspect', '--format', '{{.Id}}', name);
const now = () => (Date.now() / 1000 - 0.5).toFixed(3);
const fresh = (name) =>
  docker('run', '--detach', '--init', '--name', name, 'gpugraft/busybox', 'sleep', '86400');

function restart(name, id) {
  const since = now();
  docker('restart', name);
  return between(since, id, id);
}

function graft(name, id) {
  const since = now();
  run(process.execPath, [
    cli,
    'apply',
    name,
    '--mode',
    'gpus',
    '--stable-for',
    '100ms',
    '--poll-interval',
    '100ms',
    '--state-dir',
    stateDir,
    '--quiet',
    '--json',
  ]);
  return between(since, id, idOf(name));
}

function timeOf(args) {
  const began = process.hrtime.bigint();
  run(process.execPath, args);
  return Number(process.hrtime.bigint() - began) / 1e6;
}

const before = [];
const grafts = [];
const after = [];
for (let round = 0; round < rounds; round += 1) {
  const name = `bench-${process.pid}-${round}`;
  const id = fresh(name);
  before.push(restart(name, id));
  grafts.push(graft(name, id));
  after.push(restart(name, idOf(name)));
  docker('rm', '--force', name);
}
const ratio = (over, under) => median(over.map((ms, round) => ms / under[round])).toFixed(2);
const empty = [];
const version = [];
for (let round = 0; round < rounds * 2; round += 1) {
  empty.push(timeOf(['-e', '0']));
  version.push(timeOf([cli, '--version']));
}
rmSync(stateDir, { recursive: true, force: true });

console.log(`engine                 ${docker('version', '--format', '{{.Server.Version}}')}`);
console.log(`docker restart, before ${show(before)}`);
console.log(`gpugraft apply         ${show(grafts)}`);
console.log(`docker restart, after  ${show(after)}`);
console.log(`downtime, to after     ${ratio(grafts, after)}`);
console.log(`downtime, to before    ${ratio(grafts, before)}`);
console.log(`node -e 0              ${show(empty)}`);
console.log(`gpugraft --version     ${show(version)}`);
console.log(`start-up ratio         ${(median(version) / median(empty)).toFixed(2)}`);

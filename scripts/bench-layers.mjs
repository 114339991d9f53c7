#!/usr/bin/env node
// What it costs to carry a writable layer: the downtime of a graft, by the size of the layer, beside
// that of `docker restart` of the same container with the same layer. The files are of random bytes,
// 1 MB each. Needs DOCKER_HOST (scripts/engine env) and a built tree; `npm run bench:layers` sees to both.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const rounds = Number(process.argv[2] ?? 3);
const cli = new URL('../dist/src/cli/bin.js', import.meta.url).pathname;
const stateDir = join(mkdtempSync(join(tmpdir(), 'gpugraft-bench-')), 'state');
const MEGABYTES = [0, 10, 100, 1000];

function run(command, args) {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr || stdout}`);
  return stdout.trim();
}
const docker = (...args) => run('docker', args);
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

const FLAGS = [
  '--mode',
  'gpus',
  '--stable-for',
  '100ms',
  '--poll-interval',
  '100ms',
  '--quiet',
  '--json',
];
const apply = (name) =>
  JSON.parse(run(process.execPath, [cli, 'apply', name, '--state-dir', stateDir, ...FLAGS]));

function restartMs(name) {
  const began = process.hrtime.bigint();
  docker('restart', name);
  return Number(process.hrtime.bigint() - began) / 1e6;
}

console.log(`engine ${docker('version', '--format', '{{.Server.Version}}')}, median of ${rounds}`);
console.log('| layer | downtime | of it the commit | docker restart |');
console.log('|---|---|---|---|');
for (const size of MEGABYTES) {
  const downtimes = [];
  const commits = [];
  const restarts = [];
  for (let round = 0; round < rounds; round += 1) {
    const name = `bench-${process.pid}-${size}-${round}`;
    docker('run', '--detach', '--init', '--name', name, 'gpugraft/busybox', 'sleep', '86400');
    const fill = `mkdir /filled; for i in $(seq ${size}); do head -c 1000000 /dev/urandom > /filled/$i; done`;
    if (size > 0) docker('exec', name, 'sh', '-c', fill);
    restarts.push(restartMs(name));
    const report = apply(name);
    downtimes.push(report.downtimeMs);
    const carried = report.warnings.find(({ code }) => code === 'layer-carried');
    commits.push(Number(/a commit of ([\d.]+) s/.exec(carried?.message ?? '')?.[1] ?? 0) * 1000);
    const image = docker('inspect', '--format', '{{.Image}}', name);
    docker('rm', '--force', name);
    if (carried !== undefined) docker('rmi', image);
  }
  const seconds = (values) => `${(median(values) / 1000).toFixed(2)} s`;
  const layer = size === 0 ? 'clean' : `${size} MB`;
  console.log(
    `| ${layer} | ${seconds(downtimes)} | ${size === 0 ? '' : seconds(commits)} | ${seconds(restarts)} |`,
  );
}
rmSync(stateDir, { recursive: true, force: true });

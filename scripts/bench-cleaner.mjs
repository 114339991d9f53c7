// What the rc cleaner costs at the start of a container, to `node -e 0`: pairs, one after the other, so that
// a slow machine slows both. Runs inside the image (docs/image.md has the command):
//   docker run --rm -i --entrypoint node IMAGE --input-type=module - <scripts/bench-cleaner.mjs
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';

const cleaner = '/usr/local/lib/nemoclaw/clean-runtime-shell-env-shim.mjs';
const shim = '[ -f /tmp/nemoclaw-proxy-env.sh ] && . /tmp/nemoclaw-proxy-env.sh';
const rc = '/sandbox/.bashrc';
const body = 'export A=1\n'.repeat(300);
const nothing = '/tmp/nothing.mjs';
const rounds = 100;

function timeOf(...args) {
  const began = process.hrtime.bigint();
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0 || stderr !== '') throw new Error(`${args.join(' ')}: ${status} ${stderr}`);
  return Number(process.hrtime.bigint() - began) / 1e6;
}
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

writeFileSync(nothing, '');
const empty = [];
const module = [];
const clean = [];
const legacy = [];
for (let round = 0; round < rounds; round += 1) {
  empty.push(timeOf('-e', '0'));
  // What Node takes for a file of this name, whatever is in it.
  module.push(timeOf(nothing));
  writeFileSync(rc, body);
  clean.push(timeOf(cleaner, rc, shim, String(process.getuid())));
  writeFileSync(rc, `${body}${shim}\n`);
  legacy.push(timeOf(cleaner, rc, shim, String(process.getuid())));
}
const GOAL = 1.3;
const line = (name, values) => {
  const ratio = median(values.map((ms, round) => ms / empty[round]));
  console.log(
    `${name.padEnd(24)} ${median(values).toFixed(1)} ms, ${ratio.toFixed(2)} to node -e 0`,
  );
  if (ratio > GOAL) process.exitCode = 1;
};
console.log(`node ${process.version}, ${rounds} rounds, medians; at most ${GOAL}, or exit code 1`);
line('node -e 0', empty);
line('an empty .mjs', module);
line('a clean rc file', clean);
line('one with the stanza', legacy);

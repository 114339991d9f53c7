#!/usr/bin/env node
/**
 * The fault laboratory: `npm run faults`. Breaks whole runs on an engine in memory at every call, and looks
 * whether the container is still there. See docs/faults.md.
 */
import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import * as readline from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'rolldown';

const USAGE = `usage: npm run faults -- [OPTION...]

  (nothing)          every schedule of one fault, for every scenario
  --depth 2          every schedule of two faults, for the core scenarios (hours)
  --depth 3          schedules of three faults, drawn: --samples N for each core scenario, --seed S
  --scenarios A,B    only these
  --replay ID        play one schedule, and print each of its moments
  --mutants          seed mistakes in a copy of the code, one at a time, and see each one caught
  --whole            play every schedule to its end, also where it meets another one
  --jobs N           so many processes (${os.availableParallelism()})
  --json             print one document
`;

const { values } = parseArgs({
  options: {
    depth: { type: 'string', default: '1' },
    scenarios: { type: 'string' },
    replay: { type: 'string' },
    samples: { type: 'string' },
    seed: { type: 'string' },
    mutants: { type: 'boolean', default: false },
    whole: { type: 'boolean', default: false },
    jobs: { type: 'string', default: String(os.availableParallelism()) },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const root = fileURLToPath(new URL('..', import.meta.url));
const say = (text) => process.stdout.write(`${text}\n`);

const made = [];
process.on('exit', () => made.forEach((file) => fs.rmSync(file, { force: true })));

/** One file of the whole laboratory, with what a mutant changes in it. */
async function laboratory(name, mutant = null) {
  const file = path.join(root, 'node_modules/.bundled', `faults-${name}-${process.pid}.mjs`);
  made.push(file);
  let applied = mutant === null;
  const plugin = {
    name: 'mutant',
    transform(code, id) {
      if (mutant === null || !id.endsWith(mutant.file)) return null;
      applied = true;
      return {
        code: [mutant, ...(mutant.also ?? [])].reduce((text, { from, to }) => {
          if (!text.includes(from))
            throw new Error(`${mutant.name}: ${mutant.file} has no such text any more: ${from}`);
          return text.replace(from, () => to);
        }, code),
      };
    },
  };
  await build({
    input: path.join(root, 'test/faults/main.ts'),
    platform: 'node',
    logLevel: 'warn',
    plugins: [plugin],
    output: { file, format: 'esm' },
  });
  if (!applied) throw new Error(`${mutant.name}: ${mutant.file} is not part of the laboratory`);
  return file;
}

/** Runs one process of it. @returns the documents that it printed */
function run(file, args, { quiet = true } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--max-semi-space-size=64', file, ...args], {
      stdio: ['ignore', quiet ? 'pipe' : 'inherit', 'inherit'],
    });
    const documents = [];
    if (quiet)
      readline
        .createInterface({ input: child.stdout })
        .on('line', (line) => documents.push(JSON.parse(line)));
    child.on('error', reject);
    child.on('close', (code) =>
      quiet && code !== 0
        ? reject(new Error(`a process ended with ${code}`))
        : resolve({ documents, code }),
    );
  });
}

const passed = (...names) =>
  names.flatMap((name) => (values[name] === undefined ? [] : [`--${name}`, values[name]]));

/** All shares of all scenarios, put together by scenario. */
async function explore() {
  const file = await laboratory('whole');
  const jobs = Number(values.jobs);
  const shares = Array.from({ length: jobs }, (_, part) =>
    run(file, [
      '--share',
      `${part}/${jobs}`,
      ...passed('depth', 'scenarios', 'samples', 'seed'),
      ...(values.whole ? ['--whole'] : []),
    ]),
  );
  const merged = new Map();
  for (const { documents } of await Promise.all(shares)) {
    for (const one of documents) {
      const sum = merged.get(one.scenario) ?? {
        scenario: one.scenario,
        words: one.words,
        schedules: 0,
        played: 0,
        ms: 0,
        outcomes: {},
        ends: new Set(),
        found: [],
      };
      sum.schedules += one.schedules;
      sum.played += one.played;
      sum.ms = Math.max(sum.ms, one.ms);
      for (const [outcome, count] of Object.entries(one.outcomes))
        sum.outcomes[outcome] = (sum.outcomes[outcome] ?? 0) + count;
      for (const end of one.ends) sum.ends.add(end);
      sum.found.push(...one.found);
      merged.set(one.scenario, sum);
    }
  }
  return [...merged.values()].map((sum) => ({ ...sum, ends: sum.ends.size }));
}

/** Each mistake, and the first schedule that shows it; null: none does. */
async function mutate() {
  const { mutants } = await import('../test/faults/mutants.mjs');
  const waiting = [...mutants];
  const caught = [];
  const worker = async () => {
    for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
      const file = await laboratory(`mutant-${mutants.indexOf(mutant)}`, mutant);
      const { documents } = await run(file, ['--until-found', '--scenarios', mutant.scenarios]);
      const found = documents.flatMap((one) => one.found)[0] ?? null;
      const row = { mutant: mutant.name, by: found?.id ?? null, wrong: found?.wrong[0] ?? null };
      if (!values.json) printMutant(row);
      caught.push(row);
    }
  };
  await Promise.all(Array.from({ length: Number(values.jobs) }, worker));
  return mutants.map(({ name }) => caught.find(({ mutant }) => mutant === name));
}

function printTable(rows) {
  for (const { scenario, words, schedules, played, ends, outcomes, found } of rows) {
    const how = Object.entries(outcomes)
      .map(([outcome, count]) => `${outcome} ${count}`)
      .join(', ');
    say(
      `${scenario}  ${words}: ${schedules} schedules (${played} played to their end), ${ends} ends; ${how}`,
    );
    for (const { id, wrong } of found.slice(0, 10))
      say(`     WRONG  ${id}\n            ${wrong.join('\n            ')}`);
    if (found.length > 10) say(`     and ${found.length - 10} more`);
  }
  const sum = (key) => rows.reduce((total, row) => total + row[key], 0);
  const wrong = rows.reduce((total, row) => total + row.found.length, 0);
  say(
    `${rows.length} scenarios, ${sum('schedules')} schedules of depth ${values.depth}, ${sum('ends')} ends, ${wrong} wrong`,
  );
  return wrong === 0;
}

function printMutant({ mutant, by, wrong }) {
  say(by === null ? `MISSED  ${mutant}` : `caught  ${mutant}\n        ${by}: ${wrong}`);
}

function countMutants(rows) {
  const missed = rows.filter(({ by }) => by === null).length;
  say(`${rows.length} mistakes, ${rows.length - missed} caught`);
  return missed === 0;
}

async function main() {
  if (values.help) return say(USAGE);
  if (values.replay !== undefined) {
    const ended = await run(await laboratory('replay'), ['--replay', values.replay], {
      quiet: false,
    });
    process.exitCode = ended.code;
    return undefined;
  }
  const beganAt = performance.now();
  const rows = await (values.mutants ? mutate() : explore());
  const seconds = Math.round((performance.now() - beganAt) / 1000);
  if (values.json) return say(JSON.stringify({ seconds, rows }));
  const isWell = values.mutants ? countMutants(rows) : printTable(rows);
  if (!isWell) process.exitCode = 1;
  return say(`in ${seconds} s, on ${values.jobs} processes`);
}

await main();

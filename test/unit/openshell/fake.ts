/** A stand-in for the `openshell` client: a real executable in a folder of its own, one per case. */
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { createOpenShellPort } from '../../../src/openshell/adapter/index.js';
import type { OpenShellPortOptions } from '../../../src/openshell/adapter/index.js';
import { isGatewayError } from '../../../src/openshell/errors.js';
import type { OpenShellPort } from '../../../src/openshell/port.js';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

export function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'openshell-'));
  folders.push(made);
  return made;
}

/** The help texts of the two generations, drawn as the client draws them: bold, whatever it writes to. */
const usage = (command: string, options: readonly string[]): string =>
  [
    `\u001b[1mUSAGE\u001b[0m\n  openshell ${command} [OPTIONS]\n\nFLAGS:`,
    ...options.map((option) => `      ${option}\n          What it does.\n`),
  ].join('\n');

const LIST_OPTIONS = [
  '--limit <LIMIT>',
  '--offset <OFFSET>',
  '--ids',
  '-o, --output <OUTPUT>  Output format [default: table] [possible values: table, yaml, json]',
];
export const GENERATIONS = {
  old: {
    version: 'openshell 0.0.44',
    list: usage('sandbox list', LIST_OPTIONS),
    stop: null,
  },
  new: {
    version: 'openshell 0.0.111',
    list: usage('sandbox list', [...LIST_OPTIONS, '--all-workspaces', '--workspace <WORKSPACE>']),
    stop: usage('sandbox stop [NAME]', ['--workspace <WORKSPACE>']),
  },
} as const;

const UNKNOWN_COMMAND = `\u001b[31merror:\u001b[0m unrecognized subcommand 'stop'\n\nUSAGE\n  openshell sandbox <COMMAND>\n\nFor more information, try '--help'.\n`;

interface Texts {
  readonly version: string;
  readonly list: string;
  readonly stop: string | null;
}

interface Answer {
  readonly text: string;
  readonly fd: 1 | 2;
  readonly exitCode: number;
}

const answersOf = ({ version, list, stop }: Texts): Readonly<Record<string, Answer>> => ({
  '--version': { text: `${version}\n`, fd: 1, exitCode: 0 },
  'sandbox list --help': { text: list, fd: 1, exitCode: 0 },
  'sandbox stop --help':
    stop === null
      ? { text: UNKNOWN_COMMAND, fd: 2, exitCode: 2 }
      : { text: stop, fd: 1, exitCode: 0 },
});

const programOf = (body: string, help: string, texts: Texts, log: string): string => `
const fs = require('node:fs');
const args = process.argv.slice(2);
fs.appendFileSync(${JSON.stringify(log)}, JSON.stringify(args) + '\\n');
const write = (fd, text) => {
  const bytes = Buffer.from(text);
  for (let done = 0; done < bytes.length;) {
    try { done += fs.writeSync(fd, bytes, done); } catch (error) { if (error.code !== 'EAGAIN') throw error; }
  }
};
const out = (text) => write(1, text);
const err = (text) => write(2, text);
const at = (...words) => words.every((word, index) => args[index] === word);
${help}
const answer = ${JSON.stringify(answersOf(texts))}[args.join(' ')];
if (answer !== undefined) { write(answer.fd, answer.text); process.exit(answer.exitCode); }
${body}
`;

export interface Fake {
  readonly port: OpenShellPort;
  readonly bin: string;
  readonly folder: string;
  /** The arguments of every call that was no question about what the client can do. */
  readonly calls: () => string[][];
  /** Those of every call. */
  readonly all: () => string[][];
}

export interface FakeOptions extends OpenShellPortOptions {
  readonly generation?: keyof typeof GENERATIONS;
  /** Replaces single answers about what the client can do: JavaScript. */
  readonly help?: string;
}

/**
 * @param body JavaScript that answers: `args`, `out(text)`, `err(text)` and `fs` are at hand, and
 *   `at(...words)` says whether the call begins with them. Its end is exit 0.
 */
export function fake(body: string, options: FakeOptions = {}): Fake {
  const { generation = 'new', help = '', ...given } = options;
  const texts = GENERATIONS[generation];
  const where = folder();
  const bin = join(where, 'openshell');
  const log = join(where, 'calls');
  const program = join(where, 'program.cjs');
  writeFileSync(program, programOf(body, help, texts, log));
  // A shell starts in a tenth of the time, and most calls ask what the client can do.
  const quick =
    help === ''
      ? Object.entries(answersOf(texts)).map(([args, { text, fd, exitCode }], index) => {
          const file = join(where, `answer-${index}`);
          writeFileSync(file, text);
          const line = JSON.stringify(args.split(' '));
          return `'${args}') echo '${line}' >>'${log}'; cat '${file}' >&${fd}; exit ${exitCode} ;;`;
        })
      : [];
  writeFileSync(
    bin,
    [
      '#!/bin/sh',
      'case "$*" in',
      ...quick,
      'esac',
      `exec '${process.execPath}' '${program}' "$@"\n`,
    ].join('\n'),
  );
  chmodSync(bin, 0o755);
  const all = (): string[][] =>
    existsSync(log)
      ? readFileSync(log, 'utf8')
          .split('\n')
          .filter(Boolean)
          .map((line) => JSON.parse(line) as string[])
      : [];
  return {
    port: createOpenShellPort({ bin, ...given }),
    bin,
    folder: where,
    all,
    calls: () => all().filter((args) => !['--help', '--version'].includes(args.at(-1) ?? '')),
  };
}

export const ref = (name: string, workspace: string | null = null) => ({ name, workspace });

/** The error that a call of the port ended with. */
export async function failureOf(call: Promise<unknown>): Promise<Error> {
  const error: unknown = await call.then(
    (value) => new Error(`it resolved with ${JSON.stringify(value)}`),
    (reason: unknown) => reason,
  );
  if (isGatewayError(error)) return error;
  throw error;
}

/** Whether a process of that ID still lives (a zombie does not). */
export function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

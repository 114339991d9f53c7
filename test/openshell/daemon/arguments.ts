/** What a command line of `openshell` asks for, in the words and with the refusals of its parser (clap). */
import type { Traits } from '../generation.js';

export class UsageError extends Error {
  constructor(
    message: string,
    readonly usage: string,
  ) {
    super(message);
  }

  override toString(): string {
    return `error: ${this.message}\n\nUsage: ${this.usage}\n\nFor more information, try '--help'.\n`;
  }
}

export interface Command {
  /** `sandbox list`, `status`. */
  readonly name: string;
  readonly positional: readonly string[];
  /** By long name. */
  readonly options: ReadonlyMap<string, string>;
  /** What follows `--`. */
  readonly rest: readonly string[];
  readonly help: boolean;
}

interface Syntax {
  readonly about: string;
  readonly usage: string;
  /** How many words it takes besides options. */
  readonly words: number;
  /** Letter or nothing, long name, and whether a value follows. */
  readonly options: readonly (readonly [letter: string, name: string, valued: boolean])[];
}

const name = ['n', 'name', true] as const;
const output = ['o', 'output', true] as const;
const workspace = ['w', 'workspace', true] as const;

function syntaxes(traits: Traits): Record<string, Syntax> {
  const scoped = traits.lifecycle ? [workspace] : [];
  const of = (
    about: string,
    usage: string,
    words: number,
    ...options: Syntax['options']
  ): Syntax => ({
    about,
    usage,
    words,
    options: [...options, ...scoped],
  });
  return {
    status: of('Show gateway status', '', 0),
    logs: of('View sandbox logs', '<NAME>', 1, ['', 'tail', false]),
    'sandbox list': of('List sandboxes', '', 0, output, ['', 'names', false], ['', 'ids', false]),
    'sandbox get': of('Fetch a sandbox by name', '<NAME>', 1, output),
    'sandbox exec': of('Execute a command in a running sandbox', '-- <COMMAND>...', 0, name),
    'sandbox create': of(
      'Create a sandbox',
      '[-- <COMMAND>...]',
      0,
      name,
      ['', 'from', true],
      ['', 'no-tty', false],
      ['', 'tty', false],
    ),
    'sandbox delete': of('Delete a sandbox by name', '<NAME>', 1),
    ...(traits.lifecycle
      ? {
          'sandbox stop': of('Stop a running sandbox', '<NAME>', 1),
          'sandbox start': of('Start a stopped sandbox', '<NAME>', 1),
        }
      : {}),
  };
}

/** @throws UsageError */
export function parse(argv: readonly string[], traits: Traits): Command {
  const known = syntaxes(traits);
  const words = argv[0] === 'sandbox' ? 2 : 1;
  const called = argv.slice(0, words).join(' ');
  const syntax = known[called];
  if (syntax === undefined) throw unknownCommand(argv);
  const usage = `openshell ${called} [OPTIONS] ${syntax.usage}`.trim();
  const end = argv.indexOf('--');
  const before = argv.slice(words, end === -1 ? undefined : end);
  const rest = end === -1 ? [] : argv.slice(end + 1);
  const positional: string[] = [];
  const options = new Map<string, string>();
  for (let place = 0; place < before.length; place++) {
    const word = before[place] ?? '';
    if (word === '--help' || word === '-h') {
      return { name: called, positional, options, rest, help: true };
    }
    if (!word.startsWith('-')) {
      positional.push(word);
      continue;
    }
    const [flag = '', joined] = word.split('=', 2);
    const option = syntax.options.find(
      ([letter, long]) => flag === `--${long}` || (letter !== '' && flag === `-${letter}`),
    );
    if (option === undefined) throw new UsageError(`unexpected argument '${flag}' found`, usage);
    const [, long, valued] = option;
    const value = valued ? (joined ?? before[(place += 1)]) : 'true';
    if (value === undefined) {
      throw new UsageError(`a value is required for '--${long}' but none was supplied`, usage);
    }
    options.set(long, value);
  }
  if (positional.length < syntax.words) {
    throw new UsageError(
      `the following required arguments were not provided:\n  ${syntax.usage}`,
      usage,
    );
  }
  const extra = positional[syntax.words];
  if (extra !== undefined) throw new UsageError(`unexpected argument '${extra}' found`, usage);
  return { name: called, positional, options, rest, help: false };
}

function unknownCommand(argv: readonly string[]): UsageError {
  const inner = argv[0] === 'sandbox';
  const word = argv[inner ? 1 : 0];
  const usage = inner ? 'openshell sandbox [OPTIONS] [COMMAND]' : 'openshell [OPTIONS] [COMMAND]';
  if (word === undefined) return new UsageError('a subcommand is required', usage);
  const what = word.startsWith('-') ? `unexpected argument '${word}' found` : null;
  return new UsageError(what ?? `unrecognized subcommand '${word}'`, usage);
}

export function helpOf({ name }: Command, traits: Traits): string {
  const syntax = syntaxes(traits)[name];
  if (syntax === undefined) return '';
  const options = syntax.options.map(
    ([letter, long, valued]) =>
      `  ${letter === '' ? '   ' : `-${letter},`} --${long}${valued ? ` <${long.toUpperCase()}>` : ''}`,
  );
  return [
    syntax.about,
    '',
    `Usage: openshell ${name} [OPTIONS] ${syntax.usage}`.trimEnd(),
    '',
    'Options:',
    ...options,
    '  -h, --help',
    '',
  ].join('\n');
}

/** What could stand where somebody is typing. */
import type { Command, Help } from 'commander';
import { nameOf, optionOf, requestOf, split, type Request } from './request.js';
import { FILES, WORDS } from './values.js';

export interface Candidate {
  readonly value: string;
  /** One line, for shells that show it. */
  readonly description: string;
}

/** Names that have to be asked for; each is asked only where it can stand. */
export interface Names {
  containers(given: Request['given']): Promise<readonly Candidate[]>;
  /** Runs, by their IDs. */
  runs(given: Request['given']): Promise<readonly Candidate[]>;
}

/** @returns `files` where the shell's own completion of files is what helps */
export async function candidatesFor(
  program: Command,
  words: readonly string[],
  names: Names,
): Promise<readonly Candidate[] | 'files'> {
  const typed = words.at(-1) ?? '';
  const request = requestOf(program, words.slice(0, -1));
  if (request.isForeign) return 'files';
  if (request.flag !== null) return valuesOf(nameOf(request.flag), typed);
  const [name, value] = split(typed);
  const flag = value === undefined ? undefined : optionOf(request.command, name);
  if (flag !== undefined) {
    const values = valuesOf(nameOf(flag), value ?? '');
    if (values === 'files') return values;
    return values.map((one) => ({ ...one, value: `${name}=${one.value}` }));
  }
  return typed.startsWith('-') ? flagsOf(request, typed) : wordsFor(request, typed, names);
}

function valuesOf(name: string, typed: string): readonly Candidate[] | 'files' {
  if (FILES.includes(name)) return 'files';
  const words = WORDS[name] ?? [];
  return beginning(
    words.map((value) => ({ value, description: '' })),
    typed,
  );
}

function flagsOf({ command, given }: Request, typed: string): readonly Candidate[] {
  const flags = help(command)
    .visibleOptions(command)
    .filter((option) => !given.has(nameOf(option)) || option.variadic)
    .map((option) => ({ value: option.long ?? '', description: option.description }));
  return beginning(flags, typed);
}

async function wordsFor(
  { command, argument, given }: Request,
  typed: string,
  names: Names,
): Promise<readonly Candidate[]> {
  const what = argument?.name() ?? '';
  const subcommands = help(command)
    .visibleCommands(command)
    .map((one) => ({ value: one.name(), description: one.description() }));
  const listed = await Promise.all([
    what.startsWith('container') ? names.containers(given) : [],
    // Hundreds of runs would hide the containers: they are for who has begun to type a date.
    what.endsWith('run') && /^\d/.test(typed) ? names.runs(given) : [],
  ]);
  const fixed = (WORDS[what] ?? []).map((value) => ({ value, description: '' }));
  return beginning([...subcommands, ...fixed, ...listed.flat()], typed);
}

const beginning = (all: readonly Candidate[], typed: string): readonly Candidate[] =>
  all.filter(({ value }) => value.startsWith(typed));

const help = (command: Command): Help => command.createHelp();

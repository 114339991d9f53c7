/** What is being typed, from the words that a shell hands over. */
import type { Argument, Command, Option } from 'commander';

export interface Request {
  readonly command: Command;
  /** The flag whose value is being typed; null: none is. */
  readonly flag: Option | null;
  /** What a word that is no flag would be; null: there is room for none. */
  readonly argument: Argument | null;
  /** Flags that were given already, with their values, by their long names. */
  readonly given: ReadonlyMap<string, string>;
  /** Behind `--`: words of somebody else's command. */
  readonly isForeign: boolean;
}

/** @param words those before the one that is being typed */
export function requestOf(program: Command, words: readonly string[]): Request {
  let command = program;
  let flag: Option | null = null;
  let count = 0;
  const given = new Map<string, string>();
  for (const word of words) {
    if (flag !== null) {
      given.set(nameOf(flag), word);
      flag = null;
    } else if (word === '--') {
      return { command, flag: null, argument: null, given, isForeign: true };
    } else if (word.startsWith('-')) {
      const [name, value] = split(word);
      const option = optionOf(command, name);
      if (option === undefined) continue;
      given.set(nameOf(option), value ?? '');
      if (takesValue(option) && value === undefined) flag = option;
    } else {
      const next = count === 0 ? command.commands.find((one) => one.name() === word) : undefined;
      if (next === undefined) count += 1;
      else command = next;
    }
  }
  return { command, flag, argument: argumentAt(command, count), given, isForeign: false };
}

/** `--flag=value`, where that is one word. */
export function split(word: string): [name: string, value?: string] {
  const at = word.indexOf('=');
  return at < 0 ? [word] : [word.slice(0, at), word.slice(at + 1)];
}

export const takesValue = ({ required, optional }: Option): boolean => required || optional;

/** As it is typed, without the dashes. */
export const nameOf = ({ long, short }: Option): string => (long ?? short ?? '').replace(/^-+/, '');

export const optionOf = (command: Command, name: string): Option | undefined =>
  command.options.find(({ short, long }) => short === name || long === name);

function argumentAt({ registeredArguments: all }: Command, count: number): Argument | null {
  const last = all.at(-1);
  return all[count] ?? (last?.variadic === true ? last : null);
}

/** From words to an invocation, a text to print, or one clear usage error. */
import { CommanderError } from 'commander';
import type { Command } from 'commander';
import { UsageError } from '../../config/usage-error.js';
import type { Invocation } from './invocation.js';
import { buildProgram } from './program.js';

export type Parsed =
  | { readonly kind: 'run'; readonly invocation: Invocation }
  | { readonly kind: 'version' }
  | { readonly kind: 'help'; readonly text: string };

/**
 * @param argv the words behind `gpugraft`
 * @param columns how wide a help text may be
 * @throws UsageError
 */
export function parse(argv: readonly string[], columns: number): Parsed {
  const chosen: Invocation[] = [];
  let help = '';
  let at = 'gpugraft';
  const program = buildProgram((invocation) => chosen.push(invocation));
  for (const command of withSubcommands(program)) {
    command
      .configureOutput({
        writeOut: (text) => (help += text),
        // Its errors come as exceptions, and are printed by `failed.ts`.
        writeErr: () => undefined,
        getOutHelpWidth: () => columns,
        getErrHelpWidth: () => columns,
      })
      .exitOverride((error) => {
        at = fullName(command);
        throw error;
      });
  }
  program.on('option:version', () => {
    throw new CommanderError(0, 'gpugraft.version', '');
  });
  try {
    program.parse(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === 'gpugraft.version') return { kind: 'version' };
    if (error.exitCode === 0) return { kind: 'help', text: help };
    // Commander prints the help itself where a command is missing.
    if (error.code === 'commander.help') throw missingCommand(at);
    throw usageErrorFrom(error.message, at);
  }
  const [invocation] = chosen;
  if (invocation === undefined) throw missingCommand(at);
  return { kind: 'run', invocation };
}

const withSubcommands = (command: Command): Command[] => [
  command,
  ...command.commands.flatMap(withSubcommands),
];

const fullName = (command: Command): string =>
  command.parent === null ? command.name() : `${fullName(command.parent)} ${command.name()}`;

const missingCommand = (at: string): UsageError =>
  new UsageError(`${at} needs a command`, `${at} --help lists them`);

/** Commander puts its suggestion into a second line: that is the hint. */
function usageErrorFrom(text: string, at: string): UsageError {
  const [first = '', ...rest] = text.replace(/^error: /, '').split('\n');
  const suggestion = /Did you mean (.+)\?/.exec(rest.join(' '))?.[1];
  const hint = suggestion === undefined ? `see ${at} --help` : `did you mean ${suggestion}?`;
  return new UsageError(first, hint);
}

/** Whether JSON is wanted, told before anything is parsed: a usage error is a document, too. */
export function wantsJson(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  return argv.slice(0, end < 0 ? argv.length : end).includes('--json');
}

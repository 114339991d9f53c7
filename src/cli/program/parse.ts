/** From words to an invocation, a text to print, or one clear usage error. */
import { CommanderError } from 'commander';
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
  let errors = '';
  const program = buildProgram((invocation) => chosen.push(invocation));
  for (const command of [
    program,
    ...program.commands,
    ...program.commands.flatMap((c) => c.commands),
  ]) {
    command.configureOutput({
      writeOut: (text) => (help += text),
      writeErr: (text) => (errors += text),
      getOutHelpWidth: () => columns,
      getErrHelpWidth: () => columns,
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
    if (error.code === 'commander.help') throw missingCommand(argv);
    throw usageErrorFrom(error.message);
  }
  const [invocation] = chosen;
  if (invocation === undefined) throw missingCommand(argv);
  return { kind: 'run', invocation };
}

function missingCommand(argv: readonly string[]): UsageError {
  const machine = argv.includes('machine');
  return machine
    ? new UsageError('machine needs a command: diagram, paths or export', 'gpugraft machine --help')
    : new UsageError('no command is given', 'gpugraft --help lists them');
}

/** Commander puts its suggestion into a second line: that is the hint. */
function usageErrorFrom(text: string): UsageError {
  const [first = '', ...rest] = text.replace(/^error: /, '').split('\n');
  const suggestion = /Did you mean (.+)\?/.exec(rest.join(' '))?.[1];
  const hint = suggestion === undefined ? 'gpugraft --help' : `did you mean ${suggestion}?`;
  return new UsageError(first, hint);
}

/** Whether JSON is wanted, told before anything is parsed: a usage error is a document, too. */
export function wantsJson(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  return argv.slice(0, end < 0 ? argv.length : end).includes('--json');
}

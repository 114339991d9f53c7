/** The manual page, from the same definitions as `--help`. For `scripts/generate.mjs`; no command needs it. */
import type { Command, Help } from 'commander';
import { buildProgram } from './program.js';

/** Roff, for `man`. @param version of the package, without a date: the page is compared with what is committed */
export function manualPage(version: string): string {
  const program = buildProgram(() => undefined);
  const help = program.createHelp();
  const lines = [
    `.TH GPUGRAFT 1 "" "gpugraft ${plain(version)}" "User Commands"`,
    '.SH NAME',
    `gpugraft \\- ${lowered(program.description())}`,
    '.SH SYNOPSIS',
    ...help.visibleCommands(program).flatMap((command) => synopses(command, help)),
    '.SH OPTIONS',
    'Every command has these, before its name as well as after it.',
    ...optionsOf(program, help),
    '.SH COMMANDS',
    ...help.visibleCommands(program).flatMap((command) => section(command, help, program)),
    '.SH EXIT CODES, ENVIRONMENT, EXAMPLES',
    ...afterOptions(program),
    '.SH FILES',
    '.TP',
    '.I $XDG_STATE_HOME/gpugraft',
    'Journals of runs, or \\fI~/.local/state/gpugraft\\fR.',
    '.SH SEE ALSO',
    '.BR docker (1)',
  ];
  return `${lines.join('\n')}\n`;
}

/** Commands of commands are commands of their own here. */
function leaves(command: Command, help: Help): Command[] {
  if (command.name() === 'help') return [];
  return command.commands.length === 0
    ? [command]
    : help.visibleCommands(command).flatMap((one) => leaves(one, help));
}

const synopses = (command: Command, help: Help): string[] =>
  leaves(command, help).flatMap((one) => ['.br', `.B ${plain(fullName(one))}`, plain(one.usage())]);

function section(command: Command, help: Help, program: Command): string[] {
  return leaves(command, help).flatMap((one) => {
    const common = new Set(program.options.map(({ flags }) => flags));
    return [
      `.SS ${plain(fullName(one).replace(/^gpugraft /, ''))} ${plain(argumentsOf(one))}`,
      sentence(one.description()),
      ...optionsOf(one, help, (flags) => !common.has(flags)),
      ...afterOptions(one),
    ];
  });
}

function optionsOf(
  command: Command,
  help: Help,
  is: (flags: string) => boolean = () => true,
): string[] {
  return help
    .visibleOptions(command)
    .filter(({ flags }) => is(flags) && !flags.includes('--help'))
    .flatMap(({ flags, description }) => ['.TP', `.B ${plain(flags)}`, plain(description)]);
}

/** The text behind the options, as it stands in the help: headings, and what is below them as it is laid out. */
function afterOptions(command: Command): string[] {
  let text = '';
  command.configureOutput({ writeOut: (piece) => (text += piece) });
  command.outputHelp();
  const [, after = ''] = text.split(/^ +-h, --help .*\n(?: {10,}.*\n)*/m);
  const body =
    command.commands.length === 0 ? after : after.replace(/^\nCommands:\n(?: .*\n)*/, '');
  if (body.trim() === '') return [];
  return ['.PP', '.nf', ...body.trim().split('\n').map(plain), '.fi'];
}

const argumentsOf = (command: Command): string =>
  command.registeredArguments
    .map((one) => `${one.name()}${one.variadic ? '...' : ''}`)
    .map((name, at) => (command.registeredArguments[at]?.required ? `<${name}>` : `[${name}]`))
    .join(' ');

const fullName = (command: Command): string =>
  command.parent === null ? command.name() : `${fullName(command.parent)} ${command.name()}`;

const lowered = (text: string): string => plain(text.charAt(0).toLowerCase() + text.slice(1));
const sentence = (text: string): string =>
  `${plain(text.charAt(0).toUpperCase() + text.slice(1))}.`;

/** What roff would take for a command, or for a hyphen that cannot be searched for. */
const plain = (text: string): string =>
  text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/^([.'])/, '\\&$1');

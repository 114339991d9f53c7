/** The command line's grammar. Help, completions and manual pages all come from it. */
import { Command } from 'commander';
import type { CommandOptions } from 'commander';
import {
  withCommonFlags,
  withDependents,
  withEvents,
  withGraftFlags,
  withStately,
  withTimeouts,
  withYes,
} from './flags.js';
import { HELP } from './help.js';
import type { CommandName, Flags, Invocation } from './invocation.js';

/** @param chosen called once, with the command that the words name */
export function buildProgram(chosen: (invocation: Invocation) => void): Command {
  const program = withCommonFlags(new Command('gpugraft'))
    .description('Give a Docker container that exists a GPU, and never lose the container')
    .usage('[options] <command>')
    .enablePositionalOptions()
    .exitOverride()
    .configureHelp({ showGlobalOptions: false, sortSubcommands: false })
    .option('-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .addHelpText('after', HELP.root);

  const add = (
    parent: Command,
    usage: string,
    description: string,
    help: string,
    options: CommandOptions = {},
  ): Command => {
    const command = withCommonFlags(parent.command(usage, options))
      .description(description)
      .helpOption('-h, --help', 'print this help')
      .addHelpText('after', help);
    const name = (parent === program ? '' : `${parent.name()} `) + command.name();
    // The last two arguments are the flags and the command itself.
    return command.action((...given: unknown[]) =>
      chosen({
        command: name as CommandName,
        args: given
          .slice(0, -2)
          .flat()
          .filter((arg): arg is string => typeof arg === 'string'),
        flags: flagsOf(program, command),
      }),
    );
  };

  const apply = add(
    program,
    'apply <container>',
    'give a container the GPU, or take it away',
    HELP.apply,
  );
  withStately(
    withYes(withEvents(withGraftFlags(apply))).option(
      '--inspect',
      'print the address of a page that shows the run as it goes on',
    ),
  );
  withEvents(
    withGraftFlags(
      add(
        program,
        'create <sandbox> [command...]',
        'run the command that makes a sandbox, and graft it meanwhile',
        HELP.create,
      ),
    ),
  );
  withGraftFlags(
    add(program, 'plan <container>', 'say what apply would do, step by step', HELP.plan),
  );
  add(program, 'status [container]', 'runs that want attention', HELP.status);
  add(program, 'runs', 'every run on record', HELP.runs);
  withEvents(
    add(program, 'recover [container-or-run]', 'go on with interrupted runs', HELP.recover),
  )
    .option('-a, --all', 'every interrupted run (the same as no name)')
    .option('--forward', 'where it asks: keep the replacement')
    .option('--back', 'where it asks: bring the original back')
    .option('--abandon', 'where it asks: leave both as they are');
  withYes(
    withEvents(
      withDependents(
        withTimeouts(
          add(program, 'rollback <container>', 'bring the original back', HELP.rollback),
        ),
      ),
    ),
  );
  withEvents(
    add(
      program,
      'finalize <container-or-run>',
      'do the wait that apply --defer put off',
      HELP.finalize,
    ),
  );
  add(program, 'diagnose <container>', 'collect what a bug report needs', HELP.diagnose);
  add(program, 'doctor', 'prove which GPU modes work here', HELP.doctor).option(
    '--image <image>',
    'a local image for the probes (default: one that a container here uses)',
  );

  withStately(
    add(
      program,
      'inspect [container-or-run]',
      'show a run in a browser on this machine',
      HELP.inspect,
    ),
  ).option('--export <file>', 'write it to one HTML file instead, to attach to a bug report');

  const machine = program
    .command('machine')
    .description('the statechart that every run follows')
    .usage('<command>')
    .helpOption('-h, --help', 'print this help');
  add(machine, 'diagram', 'draw it', HELP.diagram).option(
    '--format <format>',
    'mermaid, dot or svg (default: mermaid)',
  );
  add(machine, 'paths', 'list every path through it', HELP.paths)
    .option('--debounce <count>', 'errors in a row that fail the wait (default: 3)')
    .option('--max-polls <count>', 'polls at most (default: 5)')
    .option('--count', 'only count them');
  add(machine, 'export', 'print it as JSON', HELP.export);

  add(
    program,
    'completion <shell>',
    'print what completes commands in bash, zsh or fish',
    HELP.completion,
  );
  add(program, 'complete <shell> [words...]', 'what could stand where somebody is typing', '', {
    hidden: true,
  });
  return program;
}

/** A common flag counts wherever it stands; after the command it counts more. */
function flagsOf(program: Command, command: Command): Flags {
  const own: Record<string, unknown> = command.opts();
  for (const [name, value] of Object.entries(program.opts())) {
    const given = program.getOptionValueSource(name) === 'cli';
    if (given && command.getOptionValueSource(name) !== 'cli') own[name] = value;
  }
  return own;
}

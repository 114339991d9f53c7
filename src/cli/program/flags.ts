/** Groups of flags that several commands have. */
import type { Command } from 'commander';

/** Flags that every command has, before its name as well as after it. */
export function withCommonFlags(command: Command): Command {
  return command
    .option('--context <name>', 'the Docker context to use')
    .option('--host <address>', "the engine's address, as docker --host takes it")
    .option('--state-dir <folder>', 'where journals are kept')
    .option('--openshell-bin <path>', 'the openshell client (default: the one on PATH)')
    .option('--json', 'print one JSON document on stdout')
    .option('-q, --quiet', 'no story on stderr, only the result and errors')
    .option('--no-color', 'no colours');
}

export const withEvents = (command: Command): Command =>
  command.option('--events', 'instead of the story: a JSON line on stderr for each state entered');

export const withYes = (command: Command): Command =>
  command.option('-y, --yes', 'do not ask before something is thrown away');

/** How long things may take; also for a rollback. */
export const withTimeouts = (command: Command): Command =>
  command
    .option('--stop-timeout <time>', "grace for a container's stop (default: the container's own)")
    .option('--engine-timeout <time>', 'how long a step waits for a silent engine (default: 5m)');

/** What is done to containers other than the one that is named; also for a rollback. */
export const withDependents = (command: Command): Command =>
  command.option(
    '--allow-dependents',
    'attach containers that depend on it again: by a restart, or by making them again',
  );

/** What a graft is to be like. */
export const withGraftFlags = (command: Command): Command =>
  withTimeouts(
    withDependents(command)
      .option(
        '--mode <mode>',
        'auto, cdi, gpus or nvidia-runtime; none takes the GPU away (default: auto)',
      )
      .option(
        '--devices <list>',
        'all, 0,1, 0:1, GPU-<uuid>, MIG-<uuid> or nvidia.com/gpu=NAME (default: all)',
      )
      .option(
        '--ready <how>',
        'what ready means: auto, running, health, command or openshell (default: auto)',
      )
      .option('--ready-command <command>', 'ready when this exits 0 in the container')
      .option('--ready-timeout <time>', 'how long readiness is waited for (default: 15m)')
      .option('--poll-interval <time>', 'time between two polls (default: 2s)')
      .option('--error-debounce <count>', 'errors in a row that fail the wait (default: 15)')
      .option('--stable-for <time>', 'running: this long without a restart (default: 5s)')
      .option(
        '--layer <what>',
        "files in the container's own layer: carry, discard or refuse (default: carry)",
      )
      .option(
        '--backup <kind>',
        'auto, container or snapshot (default: auto: a snapshot for Compose services and OpenShell sandboxes)',
      )
      .option('--defer', 'rest before the wait; gpugraft finalize does it later')
      .option('--keep-backup', 'keep the backup, so that rollback can bring the original back')
      .option(
        '--gpu-proof <how>',
        'auto, none, or a command that exits 0 in the container (default: auto)',
      )
      .option(
        '--network <what>',
        "preserve, or host: the replacement runs in the host's network (default: preserve)",
      ),
  );

export const withStately = (command: Command): Command =>
  command.option(
    '--stately',
    "also print the address of a page that hands the run to Stately's inspector, on the internet",
  );

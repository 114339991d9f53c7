/** From flags and environment to the `Options` of a run: every value validated, its source named. */
import { modeSchema, optionsSchema } from '../../machines/index.js';
import type { Options } from '../../machines/index.js';
import { duration, durationText } from './duration.js';
import { given, read } from './given.js';
import type { Environment, Given } from './given.js';
import { command, devices, oneOf, wholeNumber } from './schemas.js';
import type { z } from 'zod';
import { UsageError } from './usage-error.js';

/** The flags of a run as the command line has them: text that nobody has looked at yet. */
export interface RunFlags {
  readonly mode?: string;
  readonly devices?: string;
  readonly ready?: string;
  readonly readyCommand?: string;
  readonly readyTimeout?: string;
  readonly pollInterval?: string;
  readonly errorDebounce?: string;
  readonly stableFor?: string;
  readonly layer?: string;
  readonly backup?: string;
  readonly keepBackup?: boolean;
  readonly defer?: boolean;
  readonly allowDependents?: boolean;
  readonly network?: string;
  readonly stopTimeout?: string;
  readonly gpuProof?: string;
  readonly engineTimeout?: string;
}

const MODES = ['auto', ...modeSchema.options] as const;

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const SEED = 'NEMOCLAW_DOCKER_GPU_';
const RECONNECT = `${SEED}SUPERVISOR_RECONNECT_`;
const DEBOUNCE_VARIABLE = `${RECONNECT}ERROR_DEBOUNCE`;
const TIMEOUT_VARIABLE = `${RECONNECT}TIMEOUT`;
const NETWORK_VARIABLE = `${SEED}PATCH_NETWORK`;

/** Starts of a crashed engine's replacement, and repairs of what does not verify: no flag, so that a run stays finite. */
const LIMITS = { maxRestarts: 3, maxRepairs: 2 } as const;

/**
 * @param flags those of the command; a flag that it does not have is absent
 * @throws UsageError for the first value that is not valid, with its flag or variable
 */
export function resolveOptions(flags: RunFlags, env: Environment): Options {
  const value = <T>(
    flag: string,
    text: string | undefined,
    schema: z.ZodType<T, string>,
    otherwise: T,
  ): T => {
    const found = given(flag, text, env);
    return found === null ? otherwise : read(schema, found);
  };
  const network = given('--network', flags.network, env, [NETWORK_VARIABLE]);
  const wanted = gpuOf(given('--mode', flags.mode, env), given('--devices', flags.devices, env));
  const timeout = given('--ready-timeout', flags.readyTimeout, env, [TIMEOUT_VARIABLE]);
  const readyTimeoutMs = readyTimeout(timeout);
  const stable = given('--stable-for', flags.stableFor, env);
  // What nobody asked for is no longer than what somebody did.
  const stableForMs =
    stable === null
      ? Math.min(5000, readyTimeoutMs)
      : read(duration({ least: 0, most: DAY }), stable);
  const readiness = readinessOf(
    given('--ready', flags.ready, env),
    given('--ready-command', flags.readyCommand, env),
  );
  if (stable !== null && WAITS_FOR_STABLE.includes(readiness.ready) && stableForMs > readyTimeoutMs)
    throw neverReady(
      ['--stable-for', stable, stableForMs],
      ['--ready-timeout', timeout, readyTimeoutMs],
    );
  const pollIntervalMs = value(
    '--poll-interval',
    flags.pollInterval,
    duration({ least: 100, most: HOUR }),
    2000,
  );
  const debounce = given('--error-debounce', flags.errorDebounce, env, [DEBOUNCE_VARIABLE]);
  return optionsSchema.parse({
    ...wanted,
    layer: value('--layer', flags.layer, oneOf(['carry', 'discard', 'refuse']), 'carry'),
    backup: value('--backup', flags.backup, oneOf(['auto', 'container', 'snapshot']), 'auto'),
    keepBackup: flags.keepBackup ?? false,
    defer: flags.defer ?? false,
    allowDependents: flags.allowDependents ?? false,
    network: network === null ? 'preserve' : read(oneOf(['preserve', 'host']), network),
    ...readiness,
    readyTimeoutMs,
    pollIntervalMs,
    errorDebounce: debounce === null ? 15 : read(wholeNumber(1, 10_000), debounce),
    stableForMs,
    maxPolls: Math.ceil(readyTimeoutMs / pollIntervalMs) + 1,
    ...LIMITS,
    stopTimeoutS: stopTimeoutOf(given('--stop-timeout', flags.stopTimeout, env)),
    gpuProof: gpuProofOf(given('--gpu-proof', flags.gpuProof, env)),
    engineTimeoutMs: value(
      '--engine-timeout',
      flags.engineTimeout,
      duration({ least: 1000, most: DAY }),
      5 * MINUTE,
    ),
  } satisfies Options);
}

/** What can be ready only after the stable time; a command and a gateway count at once. */
const WAITS_FOR_STABLE: readonly Options['ready'][] = ['auto', 'health', 'running'];

/** The seed's variable holds plain seconds; ours and the flag need a unit. */
function readyTimeout(found: Given | null): number {
  if (found === null) return 15 * MINUTE;
  const plain = found.source === TIMEOUT_VARIABLE ? 'seconds' : 'mistake';
  return read(duration({ least: 1000, most: 7 * DAY }, plain), found);
}

type Said = readonly [flag: string, found: Given | null, ms: number];

/** Equal lengths are met by the poll at the deadline. */
function neverReady(stable: Said, timeout: Said): UsageError {
  const text = ([flag, found, ms]: Said): string =>
    found === null
      ? `${flag} (${durationText(ms)} by default)`
      : `${found.source} (${durationText(ms)})`;
  return new UsageError(
    `${text(stable)} is longer than ${text(timeout)}: nothing could be ready in time`,
    'give --ready-timeout more, or --stable-for less',
  );
}

function gpuOf(mode: Given | null, selected: Given | null): Pick<Options, 'mode' | 'devices'> {
  const wanted = mode === null ? 'auto' : read(oneOf(MODES), mode);
  // A flag that takes every GPU away wins over devices in the environment.
  const isIdle = wanted === 'none' && mode?.from === 'flag' && selected?.from === 'environment';
  const chosen = selected === null || isIdle ? 'all' : read(devices, selected);
  if (wanted !== 'none' || chosen === 'all') return { mode: wanted, devices: chosen };
  throw new UsageError(
    `${selected?.source} ${chosen} does not go with ${mode?.source} none, which takes every GPU away`,
    'leave one of the two out; to keep some devices, name them with another mode',
  );
}

function readinessOf(
  ready: Given | null,
  readyCommand: Given | null,
): Pick<Options, 'ready' | 'readyCommand'> {
  const source =
    ready === null
      ? 'auto'
      : read(oneOf(['auto', 'running', 'health', 'command', 'openshell']), ready);
  if (source === 'command' && readyCommand === null) {
    throw new UsageError(
      `${ready?.source} command needs a command`,
      'name it with --ready-command',
    );
  }
  if (readyCommand === null) return { ready: source, readyCommand: null };
  if (source === 'running' || source === 'health' || source === 'openshell') {
    // A flag that asks for something else wins over a command in the environment.
    if (ready?.from === 'flag' && readyCommand.from === 'environment') {
      return { ready: source, readyCommand: null };
    }
    throw new UsageError(
      `${readyCommand.source} does not go with ${ready?.source} ${source}`,
      'leave one of the two out',
    );
  }
  return { ready: 'command', readyCommand: read(command, readyCommand) };
}

/** Docker counts a grace in whole seconds. */
function stopTimeoutOf(found: Given | null): number | null {
  if (found === null) return null;
  const ms = read(duration({ least: 0, most: DAY }), found);
  if (ms % 1000 === 0) return ms / 1000;
  throw new UsageError(`${found.source}: ${found.value} is not a whole number of seconds`);
}

function gpuProofOf(found: Given | null): Options['gpuProof'] {
  if (found === null || found.value === 'auto') return { kind: 'auto' };
  if (found.value === 'none') return { kind: 'none' };
  return { kind: 'command', argv: read(command, found) };
}

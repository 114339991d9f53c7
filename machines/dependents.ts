/** What the machine remembers and says of the containers that depend on the one it works on. */
import { dependentOf, withWarnings } from './derive.js';
import { list } from './failures.js';
import type { Context } from './vocabulary/context.js';
import type { ActorOutput } from './vocabulary/contracts.js';
import type { Dependent } from './vocabulary/facts.js';
import type { Failure, Warning } from './vocabulary/failure.js';

const inWords = ({ name, how }: Dependent): string => `${name} (${how})`;

export const dependentsFailure = (dependents: readonly Dependent[]): Failure => ({
  code: 'has-dependents',
  message: `other containers depend on it and would break: ${list(dependents.map(inWords), 5)}`,
  hint: '--allow-dependents attaches them again: by a restart, or by making them again; or stop or remove them first',
});

/** Said before anything is done; what was done is said then in its place. */
const forecastOf = (dependent: Dependent): Warning => {
  const acts = {
    nothing: 'nothing has to be done',
    restart: dependent.running ? 'it will be restarted' : 'nothing has to be done while it is down',
    recreation: 'it will be made again, by a run of its own, and have another ID',
  };
  return {
    code: 'dependent',
    message: `${inWords(dependent)}: ${acts[dependent.attachment]}`,
  };
};

/** What was forecast of a dependent is no news once something was done. */
const withoutForecast = (
  { warnings }: Pick<Context, 'warnings'>,
  dependent: Dependent,
): Pick<Context, 'warnings'> => {
  const { message } = forecastOf(dependent);
  return { warnings: warnings.filter((warning) => warning.message !== message) };
};

const withoutForecasts = (context: Context): Pick<Context, 'warnings'> => ({
  warnings: context.warnings.filter(({ code }) => code !== 'dependent'),
});

export const dependentFailure = (context: Context, { message, hint }: Failure): Failure => ({
  code: 'dependent-failed',
  message: `${dependentOf(context).name}, which depends on it, could not be attached again: ${message}`,
  hint,
});

/** The container itself is back; this is what is left to do. */
const unattachedWarning = (context: Context, { message, hint }: Failure): Warning => ({
  code: 'dependent-not-restored',
  message: `${inWords(dependentOf(context))} could not be attached again: ${message}${hint === null ? '' : `; ${hint}`}`,
});

/** Of a run that stands: nobody has looked after these. */
const unattendedWarnings = ({ dependents, outcome }: Context): Warning[] =>
  outcome !== null
    ? []
    : dependents
        .filter(({ attachment }) => attachment !== 'nothing')
        .map((dependent) => ({
          code: 'dependent-not-restored',
          message: `${inWords(dependent)} was left as it is: it may be down, or depend on a container that is`,
        }));

type Changed = Partial<Context>;

export const found = (
  context: Context,
  { dependents, warnings }: ActorOutput<'findDependents'>,
): Changed => ({
  dependents,
  warnings: withWarnings(context, [...dependents.map(forecastOf), ...warnings]),
});

export const attached = (context: Context, answer: ActorOutput<'reattachDependent'>): Changed => {
  const before = dependentOf(context);
  return {
    dependents: context.dependents.map((one) =>
      one === before ? { ...one, id: answer.id, on: answer.on } : one,
    ),
    reattached: context.reattached + 1,
    warnings: withWarnings(withoutForecast(context, before), answer.warnings),
  };
};

export const unattached = (context: Context, failure: Failure): Changed => ({
  reattached: context.reattached + 1,
  warnings: withWarnings(withoutForecast(context, dependentOf(context)), [
    unattachedWarning(context, failure),
  ]),
});

/** Of a run that ends stranded, before it is recorded as that. */
export const left = (context: Context): Pick<Context, 'warnings'> =>
  context.changed
    ? { warnings: withWarnings(withoutForecasts(context), unattendedWarnings(context)) }
    : { warnings: context.warnings };

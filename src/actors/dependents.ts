/** The actor that finds what depends on the container; it only looks. */
import type { ActorInput, ActorOutput, Dependent, Failure, Warning } from '../../machines/index.js';
import type { RawContainer } from '../docker/raw.js';
import { ownHelper } from '../docker/spec/refusals.js';
import { dependence } from '../docker/spec/rejoin.js';
import { screenOriginal } from './discovery.js';
import { nameOf } from './support/look.js';
import { optionsForPart } from './support/part-options.js';
import { relayed } from './support/parts.js';
import { reach } from './support/reach.js';
import type { Actor, ActorScope } from './support/scope.js';

type Input = ActorInput<'findDependents'>;

export const findDependents: Actor<'findDependents'> = async (input, scope) => {
  const others = await everyContainer(scope);
  const dependents = dependentsOn(input, others);
  const warnings: Warning[] = [];
  if (!input.options.allowDependents) return { dependents, reason: null, warnings };
  for (const dependent of dependents) {
    let why = standsAlone(dependent, input) ?? needed(dependent, others);
    if (why === null && dependent.attachment !== 'nothing') {
      const screening = await screened(dependent, input, scope);
      if (screening.verdict === 'refused') why = screening.reason;
      else if (screening.verdict === 'eligible' && dependent.attachment === 'recreation')
        warnings.push(...relayed(dependent.name, screening.warnings));
    }
    if (why !== null) return { dependents, reason: unfit(dependent, why), warnings };
  }
  return { dependents, reason: null, warnings };
};

/** All but what runs of ours have made for themselves: a claim is created from what it claims. */
async function everyContainer(scope: ActorScope): Promise<RawContainer[]> {
  const found: RawContainer[] = [];
  for (const { id } of await reach(scope, () => scope.docker.listContainers([]))) {
    const raw = await reach(scope, () => scope.docker.inspectContainer(id));
    if (raw !== null && ownHelper(raw) === null) found.push(raw);
  }
  return found;
}

function dependentsOn(
  { id, name }: Pick<Input, 'id' | 'name'>,
  others: readonly RawContainer[],
): Dependent[] {
  return others
    .filter((raw) => raw.Id !== id)
    .flatMap((raw) => {
      const found = dependence(raw, id, name);
      if (found === null) return [];
      return [{ ...found, on: id, id: raw.Id, name: nameOf(raw), running: raw.State.Running }];
    });
}

type Why = Pick<Failure, 'message' | 'hint'>;

/** What shares a namespace with a container that is down, or is linked to one, cannot be started. */
function standsAlone({ running, joins, aliases }: Dependent, input: Input): Why | null {
  if (input.running || !running || (!joins && aliases.length === 0)) return null;
  return {
    message: `it runs, and could not be started again while ${input.name} is down`,
    hint: `stop it, or start ${input.name} first`,
  };
}

/** What is restarted or made again takes its own dependents down with it. */
function needed({ id, name, attachment }: Dependent, others: readonly RawContainer[]): Why | null {
  if (attachment === 'nothing') return null;
  const own = dependentsOn({ id, name }, others).find((one) => one.attachment !== 'nothing');
  if (own === undefined) return null;
  return {
    message: `${own.name} depends on it in turn (${own.how})`,
    hint: `stop or remove ${own.name} first`,
  };
}

/** As its own run will do it: what that would refuse is said before anything is touched. */
function screened(
  { id, aliases, running }: Dependent,
  input: Input,
  scope: ActorScope,
): Promise<ActorOutput<'screenOriginal'>> {
  return screenOriginal(
    {
      id,
      options: optionsForPart(input.options),
      rejoin: {
        of: scope.runId,
        from: input.id,
        to: input.id,
        toName: input.name,
        aliases,
        running,
        daemonUlimits: [],
      },
    },
    scope,
  );
}

const unfit = ({ name, how }: Dependent, { message, hint }: Why): Failure => ({
  code: 'dependent-unfit',
  message: `${name} (${how}) could not be attached again: ${message}`,
  hint,
});

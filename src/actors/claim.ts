/**
 * The claim: one run at a time per container, engine-wide. It is a never-started container whose
 * name is made from the claimed ID, so that the engine's own name check is the lock; its labels
 * name the holder. Lists are hints: they are compared before and after, the name decides.
 */
import type { ActorInput, ActorOutput } from '../../machines/index.js';
import type { CreateBody } from '../docker/port.js';
import type { RawContainer } from '../docker/raw.js';
import { failure } from '../errors.js';
import { rehearsalBody } from '../docker/spec/rehearsal.js';
import { converge, done, needed } from './support/converge.js';
import { createUnder } from './support/creation.js';
import { claimOn, describeClaim } from './support/claims.js';
import type { Claim } from './support/claims.js';
import { emptyContainer } from './support/empty-container.js';
import { claimLabels, holderOf, labelsOf } from './support/labels.js';
import { mustSee, nameOf, seen } from './support/look.js';
import { reach } from './support/reach.js';
import { removeById } from './support/removal.js';
import { desiredFor } from './support/request.js';
import type { Actor, ActorScope } from './support/scope.js';

type Input = ActorInput<'claimContainer'>;
type Output = ActorOutput<'claimContainer'>;

async function claim(input: Input, scope: ActorScope): Promise<Output> {
  const before = await otherClaim(input, scope);
  if (before !== null) return busyWith(before, scope);
  const body = await claimBody(input, scope);
  const found = await converge<RawContainer | null, RawContainer>(scope, {
    what: 'claim the container',
    code: 'claim-refused',
    look: () => scope.docker.inspectContainer(input.name),
    judge: (raw) => (raw === null ? needed : done(raw)),
    act: () => createUnder(scope, input.name, body),
  });
  const holder = holderOf(labelsOf(found));
  if (holder === null) return notOurs(input.name);
  if (holder.runId !== scope.runId) return busyWith({ name: input.name, holder }, scope);
  const after = await otherClaim(input, scope);
  if (after === null) return { claimed: true, id: found.Id };
  await removeById(scope, { id: found.Id, what: 'our claim', force: false });
  return busyWith(after, scope);
}

async function claimBody(input: Input, scope: ActorScope): Promise<CreateBody> {
  const labels = claimLabels(input.holder, input);
  const original = await standsFor(input, scope);
  const image = await reach(scope, () => scope.docker.inspectImage(original.Image));
  if (input.rehearse === null) return emptyContainer(original.Image, image, labels);
  const imageLabels = image?.Config?.Labels ?? {};
  const { body } = await desiredFor(scope, original, input.rehearse);
  return rehearsalBody(body, { labels, imageLabels });
}

/** The original; where that was retired, what has its place, which an undoing knows. */
async function standsFor(
  { originalId, replacementId, rehearse }: Input,
  scope: ActorScope,
): Promise<RawContainer> {
  const original = await seen(scope, originalId);
  if (original !== null) return original;
  const there = rehearse === null ? (replacementId ?? originalId) : originalId;
  return mustSee(scope, there, 'the original');
}

const busyWith = async (claim: Claim, scope: ActorScope): Promise<Output> => ({
  claimed: false,
  holder: claim.holder,
  ...(await describeClaim(scope, claim)),
});

const notOurs = (name: string): Output => ({
  claimed: false,
  holder: null,
  message: 'the name of the claim is taken by a container that is not ours',
  hint: `docker inspect ${name} shows whose it is`,
});

/** Another run's claim on the original or on the replacement, whichever of its labels names it. */
const otherClaim = (input: Input, scope: ActorScope): Promise<Claim | null> =>
  claimOn(
    scope,
    [input.originalId, input.replacementId].filter((id) => id !== null),
  );

export const claimContainer: Actor<'claimContainer'> = claim;

export const claimReplacement: Actor<'claimReplacement'> = async ({ place, ...input }, scope) => {
  const output = await claim(input, scope);
  // Looked at under both claims: from here on no run of ours gives the name to another container.
  if (output.claimed && place !== null) await mustBeOurs(place, input, scope);
  return output;
};

/**
 * A run that began between the request for an undoing and its claims may have put yet another container in the
 * place, and may keep this replacement as its backup.
 *
 * @throws GraftError `changed-since`
 */
async function mustBeOurs(
  place: string,
  { originalId, replacementId }: Input,
  scope: ActorScope,
): Promise<void> {
  const there = await reach(scope, () => scope.docker.inspectContainer(place));
  if (there === null || nameOf(there) !== place) return;
  if ([originalId, replacementId].includes(there.Id)) return;
  throw failure(
    'changed-since',
    `${place} is another container by now (${there.Id.slice(0, 12)}): somebody else put it there, and nothing was changed`,
    'docker ps -a shows what there is now; once docker rename has given the name away, the rollback can be asked for again',
  );
}

export const claimRecreated: Actor<'claimRecreated'> = claim;

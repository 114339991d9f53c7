/** Actors of preparation: everything is made beside the running original, which they only read. */
import { differences } from '../docker/spec/compare.js';
import { specDigest } from '../docker/spec/digest.js';
import { logOptionWarnings } from '../docker/spec/log-options.js';
import { addedNocopy, nocopyWarnings } from '../docker/spec/nocopy.js';
import { compareRehearsal as compareWithRehearsal } from '../docker/spec/rehearsal.js';
import { failure } from '../errors.js';
import { createOnce } from './support/creation.js';
import { inWords } from './support/differences.js';
import { connect } from './support/connection.js';
import { labelsOf, ourLabelsIn } from './support/labels.js';
import { mustSee } from './support/look.js';
import { reach } from './support/reach.js';
import { desiredFor, expectedFor } from './support/request.js';
import type { Actor, ActorScope } from './support/scope.js';
import { emptyPlaces } from './support/volumes.js';
import type { RawContainer } from '../docker/raw.js';

export const inspectUnderClaim: Actor<'inspectUnderClaim'> = async (
  { original, rejoin },
  scope,
) => {
  const raw = await mustSee(scope, original.id, 'the container');
  const { apiVersion } = await reach(scope, () => scope.docker.engine());
  // What shares a namespace may die with what it shares it with, while it is being looked at.
  if (rejoin === null && raw.State.Running !== original.running) {
    return { changed: `it is ${raw.State.Status} now` };
  }
  if (raw.State.StartedAt !== original.startedAt) return { changed: 'it was restarted' };
  const changed =
    specDigest(raw, apiVersion) === original.digest ? null : 'its configuration is another';
  return { changed };
};

export const compareRehearsal: Actor<'compareRehearsal'> = async (input, scope) => {
  const original = await mustSee(scope, input.originalId, 'the original');
  const rehearsal = await mustSee(scope, input.claimId, 'the rehearsal');
  const image = await reach(scope, () => scope.docker.inspectImage(original.Image));
  const expected = await expectedFor(scope, original, input.request);
  return inWords(
    compareWithRehearsal(expected, rehearsal, {
      labels: ourLabelsIn(labelsOf(rehearsal)),
      imageLabels: image?.Config?.Labels ?? {},
    }),
  );
};

export const writeRescue: Actor<'writeRescue'> = async (input, scope) => {
  const inspect = await mustSee(scope, input.original.id, 'the original');
  scope.store.writeRescue({ ...input, engineId: scope.engineId ?? '', inspect });
  return {};
};

/**
 * The original as it was before the first change. Once it is stopped and disarmed, its inspect says
 * less: no addresses, and the restart policy `no`.
 */
async function asFound(scope: ActorScope, id: string): Promise<RawContainer> {
  const found = scope.store.originalAsFound(scope.runId);
  return found?.Id === id ? found : mustSee(scope, id, 'the original');
}

const create: Actor<'createAhead' | 'createReplacement'> = async (
  { originalId, name, request },
  scope,
) => {
  const original = await asFound(scope, originalId);
  const empty = await emptyPlaces(scope, original, { image: request.image, lookIn: original });
  const desired = await desiredFor(scope, original, request, empty);
  const created = await createOnce(scope, {
    name,
    body: desired.body,
    what: 'create the replacement',
    code: 'create-refused',
  });
  return {
    id: created.id,
    networks: desired.connect.map(({ network }) => network),
    warnings: [
      ...desired.warnings,
      ...nocopyWarnings(addedNocopy(original, created.raw)),
      ...logOptionWarnings(original, created.raw),
      ...created.warnings.map((message) => ({ code: 'engine-warning', message })),
    ],
  };
};

export const createAhead: Actor<'createAhead'> = create;
export const createReplacement: Actor<'createReplacement'> = create;

export const connectNetwork: Actor<'connectNetwork'> = async (input, scope) => {
  const original = await asFound(scope, input.originalId);
  const desired = await desiredFor(scope, original, input.request);
  const connection = desired.connect.find(({ network }) => network === input.network);
  if (connection === undefined) {
    throw failure('changed-since', `the original is no longer in the network ${input.network}`);
  }
  await connect(scope, { id: input.replacementId, what: 'the replacement' }, connection);
  return {};
};

export const compareReplacement: Actor<'compareReplacement'> = async (input, scope) => {
  const original = await asFound(scope, input.originalId);
  const replacement = await mustSee(scope, input.replacementId, 'the replacement');
  // What was empty when it was made may be filled by now: how it was made decides.
  const empty = addedNocopy(original, replacement);
  const expected = await expectedFor(scope, original, input.request, empty);
  return inWords(differences(expected, replacement));
};

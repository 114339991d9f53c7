/** Actors of preparation: everything is made beside the running original, which they only read. */
import type { ActorOutput } from '../../machines/index.js';
import { differences } from '../docker/spec/compare.js';
import type { Difference } from '../docker/spec/compare.js';
import { specDigest } from '../docker/spec/digest.js';
import { addedNocopy, nocopyWarnings } from '../docker/spec/nocopy.js';
import { compareRehearsal as compareWithRehearsal } from '../docker/spec/rehearsal.js';
import { failure } from '../errors.js';
import { createOnce } from './support/creation.js';
import { converge, done, impossible, needed } from './support/converge.js';
import { labelsOf, ourLabelsIn } from './support/labels.js';
import { gone, look, mustSee } from './support/look.js';
import { reach } from './support/reach.js';
import { desiredFor, expectedFor } from './support/request.js';
import type { Actor, ActorScope } from './support/scope.js';
import { emptyPlaces } from './support/volumes.js';
import type { RawContainer } from '../docker/raw.js';

/** Where users keep secrets: of these a difference names the field, never a value. The journal has it. */
const mayBeSecret = /^(Config\.(Env|Labels|Cmd|Entrypoint|Healthcheck)|Path|Args)/;

const inWords = (found: readonly Difference[]): ActorOutput<'compareReplacement'> => ({
  differences: found.map(({ path, expected, actual }) =>
    mayBeSecret.test(path) ? path : `${path}: ${expected} became ${actual}`,
  ),
});

export const inspectUnderClaim: Actor<'inspectUnderClaim'> = async ({ original }, scope) => {
  const raw = await mustSee(scope, original.id, 'the container');
  const { apiVersion } = await reach(scope, () => scope.docker.engine());
  if (raw.State.Running !== original.running) {
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
  const found = scope.store.originalAsFound();
  return found?.Id === id ? found : mustSee(scope, id, 'the original');
}

const create: Actor<'createAhead' | 'createReplacement'> = async (
  { originalId, name, request },
  scope,
) => {
  const original = await asFound(scope, originalId);
  const empty = await emptyPlaces(scope, original, request.image);
  const { body, connect, warnings } = await desiredFor(scope, original, request, empty);
  const created = await createOnce(scope, {
    name,
    body,
    what: 'create the replacement',
    code: 'create-refused',
  });
  return {
    id: created.id,
    networks: connect.map(({ network }) => network),
    warnings: [
      ...warnings,
      ...nocopyWarnings(addedNocopy(original, created.raw)),
      ...created.warnings.map((message) => ({ code: 'engine-warning', message })),
    ],
  };
};

export const createAhead: Actor<'createAhead'> = create;
export const createReplacement: Actor<'createReplacement'> = create;

export const connectNetwork: Actor<'connectNetwork'> = async (input, scope) => {
  const original = await asFound(scope, input.originalId);
  const { connect } = await desiredFor(scope, original, input.request);
  const connection = connect.find(({ network }) => network === input.network);
  if (connection === undefined) {
    throw failure('changed-since', `the original is no longer in the network ${input.network}`);
  }
  const { network, name, endpoint } = connection;
  await converge<RawContainer | null, void>(scope, {
    what: `connect the network ${name}`,
    code: 'connect-refused',
    look: look(scope.docker, input.replacementId),
    judge: (raw) => {
      if (raw === null) return impossible(gone('the replacement', input.replacementId));
      return raw.NetworkSettings.Networks?.[name] === undefined ? needed : done(undefined);
    },
    act: () => scope.docker.connectNetwork(network, input.replacementId, endpoint),
  });
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

/** Actors that make a retired original again, from its snapshot, beside the replacement. */
import { differences } from '../docker/spec/compare.js';
import { logOptionWarnings } from '../docker/spec/log-options.js';
import { addedNocopy, nocopyWarnings } from '../docker/spec/nocopy.js';
import { byNameWarnings } from '../docker/spec/screen-warnings.js';
import { anonymousVolumes } from '../docker/spec/volumes.js';
import { failure } from '../errors.js';
import { connect } from './support/connection.js';
import { createOnce } from './support/creation.js';
import { inWords } from './support/differences.js';
import { mustSee } from './support/look.js';
import { mustHoldVolumes, recipeFrom } from './support/original.js';
import { desiredFor, expectedFor } from './support/request.js';
import { outlasting } from './support/outlasting.js';
import { emptyPlaces, lentVolumes } from './support/volumes.js';

export const recreateOriginal = outlasting<'recreateOriginal'>(async (input, scope) => {
  const { inspect, request } = await recipeFrom(scope, input.snapshot);
  const replacement = await mustSee(scope, input.replacementId, 'the replacement');
  mustHoldVolumes(inspect, replacement);
  const at = { image: request.image, lookIn: replacement };
  const desired = await desiredFor(scope, inspect, request, await emptyPlaces(scope, inspect, at));
  const created = await createOnce(scope, {
    name: input.name,
    body: desired.body,
    what: 'make the original again',
    code: 'create-refused',
  });
  return {
    id: created.id,
    networks: desired.connect.map(({ network }) => network),
    warnings: [
      ...nocopyWarnings(addedNocopy(inspect, created.raw)),
      ...logOptionWarnings(inspect, created.raw),
      ...byNameWarnings(anonymousVolumes(inspect, await lentVolumes(scope, inspect))),
    ],
  };
});

export const reconnectOriginal = outlasting<'reconnectOriginal'>(async (input, scope) => {
  const { inspect, request } = await recipeFrom(scope, input.snapshot);
  const desired = await desiredFor(scope, inspect, request);
  const connection = desired.connect.find(({ network }) => network === input.network);
  if (connection === undefined) {
    throw failure('snapshot-broken', `the snapshot does not name the network ${input.network}`);
  }
  await connect(scope, { id: input.id, what: 'the original' }, connection);
  return {};
});

export const compareOriginal = outlasting<'compareOriginal'>(async (input, scope) => {
  const { inspect, request } = await recipeFrom(scope, input.snapshot);
  const recreated = await mustSee(scope, input.id, 'the original');
  // What was empty when it was made may be filled by now: how it was made decides.
  const empty = addedNocopy(inspect, recreated);
  return inWords(differences(await expectedFor(scope, inspect, request, empty), recreated));
});

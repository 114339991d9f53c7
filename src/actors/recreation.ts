/** Actors that make a retired original again, from its snapshot, beside the replacement. */
import { differences } from '../docker/spec/compare.js';
import { addedNocopy } from '../docker/spec/nocopy.js';
import type { RawContainer } from '../docker/raw.js';
import { failure } from '../errors.js';
import { connect } from './support/connection.js';
import { createOnce } from './support/creation.js';
import { inWords } from './support/differences.js';
import { mustSee } from './support/look.js';
import { recipeFrom } from './support/original.js';
import { desiredFor, expectedFor } from './support/request.js';
import { outlasting } from './support/outlasting.js';
import { emptyPlaces } from './support/volumes.js';

/** A volume that nobody holds may be gone, and a create would make an empty one of its name. */
function mustHoldVolumes(original: RawContainer, replacement: RawContainer): void {
  const held = new Set(replacement.Mounts.map(({ Name: name }) => name));
  const lost = original.Mounts.find(
    ({ Type: type, Name: name }) => type === 'volume' && !held.has(name),
  );
  if (lost === undefined) return;
  throw failure(
    'snapshot-broken',
    `the volume ${lost.Name ?? ''} of the original is not mounted in what has its place now, so that nobody has kept it`,
  );
}

export const recreateOriginal = outlasting<'recreateOriginal'>(async (input, scope) => {
  const { inspect, request } = await recipeFrom(scope, input.snapshot);
  const replacement = await mustSee(scope, input.replacementId, 'the replacement');
  mustHoldVolumes(inspect, replacement);
  const at = { image: request.image, lookIn: replacement };
  const desired = await desiredFor(scope, inspect, request, await emptyPlaces(scope, inspect, at));
  const { id } = await createOnce(scope, {
    name: input.name,
    body: desired.body,
    what: 'make the original again',
    code: 'create-refused',
  });
  return { id, networks: desired.connect.map(({ network }) => network) };
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

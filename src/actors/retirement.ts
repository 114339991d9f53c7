/** Actors that retire an original: its snapshot is made once, compared, and written down. */
import { compareRehearsal, rehearsalBody } from '../docker/spec/rehearsal.js';
import { createOnce } from './support/creation.js';
import { inWords } from './support/differences.js';
import { labelsOf, ourLabelsIn, rehearsalLabels } from './support/labels.js';
import { mustSee } from './support/look.js';
import { mustHoldVolumes, recipeFrom } from './support/original.js';
import type { Recipe } from './support/original.js';
import { reach } from './support/reach.js';
import { desiredFor, expectedFor } from './support/request.js';
import type { Actor, ActorScope } from './support/scope.js';
import { emptyPlaces } from './support/volumes.js';

/** The labels that a container of this image inherits, a manager's among them. */
async function imageLabels(scope: ActorScope, { request, inspect }: Recipe) {
  const ref = request.image.startsWith('sha256:') ? request.image : inspect.Image;
  const image = await reach(scope, () => scope.docker.inspectImage(ref));
  return image?.Config?.Labels ?? {};
}

export const rehearseSnapshot: Actor<'rehearseSnapshot'> = async (input, scope) => {
  const recipe = await recipeFrom(scope, input.snapshot);
  const { body } = await desiredFor(scope, recipe.inspect, recipe.request);
  const { id } = await createOnce(scope, {
    name: input.name,
    body: rehearsalBody(body, {
      labels: rehearsalLabels(input.holder),
      imageLabels: await imageLabels(scope, recipe),
    }),
    what: 'rehearse the snapshot',
    code: 'create-refused',
  });
  return { id };
};

export const compareSnapshot: Actor<'compareSnapshot'> = async (input, scope) => {
  const recipe = await recipeFrom(scope, input.snapshot);
  const rehearsal = await mustSee(scope, input.rehearsalId, 'the rehearsal');
  const expected = await expectedFor(scope, recipe.inspect, recipe.request);
  return inWords(
    compareRehearsal(expected, rehearsal, {
      labels: ourLabelsIn(labelsOf(rehearsal)),
      imageLabels: await imageLabels(scope, recipe),
    }),
  );
};

export const writeSnapshot: Actor<'writeSnapshot'> = async (input, scope) => {
  const { inspect, request } = await recipeFrom(scope, input.snapshot);
  const replacement = await mustSee(scope, input.replacementId, 'the replacement');
  mustHoldVolumes(inspect, replacement);
  // By hand it is made while the replacement runs, as in a rollback.
  const empty = await emptyPlaces(scope, inspect, { image: request.image, lookIn: replacement });
  const { body, connect } = await desiredFor(scope, inspect, request, empty);
  const { apiVersion } = await reach(scope, () => scope.docker.engine());
  const engineId = scope.engineId ?? '';
  scope.store.writeSnapshot({ ...input, engineId, apiVersion, inspect, body, connect });
  return {};
};

import type { RawContainer } from '../../docker/raw.js';
import type { Connection } from '../../docker/spec/endpoints.js';
import { converge, done, impossible, needed } from './converge.js';
import { gone, look } from './look.js';
import type { ActorScope } from './scope.js';

/** Connects a container to a network that the engine did not take at its create. */
export function connect(
  scope: ActorScope,
  { id, what }: { readonly id: string; readonly what: string },
  { network, name, endpoint }: Connection,
): Promise<void> {
  return converge<RawContainer | null, void>(scope, {
    what: `connect the network ${name}`,
    code: 'connect-refused',
    look: look(scope.docker, id),
    judge: (raw) => {
      if (raw === null) return impossible(gone(what, id));
      return raw.NetworkSettings.Networks?.[name] === undefined ? needed : done(undefined);
    },
    act: () => scope.docker.connectNetwork(network, id, endpoint),
  });
}

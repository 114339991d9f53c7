/** What a container may be that gpugraft does not touch, each with its one line and a hint. */
import type { RawContainer, RawImage } from '../raw.js';
import { ROLE_LABEL } from './manager-labels.js';
import type { Reason } from './warning.js';

type Labels = Readonly<Record<string, string>>;
type Rule = (observed: RawContainer, labels: Labels) => Reason | null;

/**
 * The labels that the container was given itself. `docker compose build` labels its images, so that
 * a plain container of such an image looks like a service; and a blank label is one taken away.
 */
export function labelsOfItsOwn(observed: RawContainer, image: RawImage | null): Labels {
  const inherited = image?.Config?.Labels ?? {};
  const labels = Object.entries(observed.Config.Labels ?? {});
  return Object.fromEntries(
    labels.filter(([key, value]) => value !== '' && inherited[key] !== value),
  );
}

/** A rule for containers that carry a label with this prefix. */
function managed(prefix: string, code: string, message: string, hint: string): Rule {
  return (_, labels) =>
    Object.keys(labels).some((key) => key.startsWith(prefix)) ? { code, message, hint } : null;
}

const BY_STATUS: Readonly<Record<string, Reason>> = {
  paused: {
    code: 'paused',
    message: 'the container is paused',
    hint: 'docker unpause it first',
  },
  restarting: {
    code: 'restarting',
    message: 'the container is restarting: it exits again and again',
    hint: 'look at its logs and mend it first, then try again',
  },
  removing: {
    code: 'removing',
    message: 'the container is being removed',
    hint: 'nothing can be done for it',
  },
  dead: {
    code: 'dead',
    message: 'the container is dead: the engine failed to remove it',
    hint: 'docker rm -f it, and create it anew',
  },
};

/** Paused, restarting, dead or being removed. */
export function unfitState(observed: RawContainer): Reason | null {
  return BY_STATUS[observed.State.Status] ?? null;
}

/** A claim, a probe or another container that a run of gpugraft made for itself. */
export function ownHelper(observed: RawContainer): Reason | null {
  const role = observed.Config.Labels?.[ROLE_LABEL];
  if (role === undefined || role === '') return null;
  return {
    code: 'own-helper',
    message: `the container belongs to a run of gpugraft itself (${role})`,
    hint: 'name the container of your own that is meant; gpugraft recover ends what was interrupted',
  };
}

const autoRemove: Rule = (observed) =>
  observed.HostConfig.AutoRemove === true
    ? {
        code: 'auto-remove',
        message: 'the container was run with --rm: stopping it would delete it, with no way back',
        hint: 'run it again without --rm, or as it is to be at once',
      }
    : null;

const noNetwork: Rule = (observed) => {
  const mode = observed.HostConfig.NetworkMode;
  const networks = Object.keys(observed.NetworkSettings.Networks ?? {});
  if (mode.startsWith('container:') || observed.Config['NetworkDisabled'] === true) return null;
  if (networks.length > 0) return null;
  return {
    code: 'no-network',
    message: 'the container was disconnected from every network, which no create can express',
    hint: 'docker network connect it to a network first',
  };
};

/** Containers that something else creates: it would undo the graft, or count two containers. */
export const MANAGED: readonly Rule[] = [
  managed(
    'com.docker.swarm.',
    'swarm-task',
    'the container is a task of a Swarm service, which would replace it',
    'change the service: docker service update --generic-resource-add or --generic-resource-rm',
  ),
  managed(
    'io.kubernetes.',
    'kubernetes',
    'the container belongs to a Kubernetes pod, whose kubelet would replace it',
    'change what the pod asks for: nvidia.com/gpu',
  ),
  managed(
    'com.hashicorp.nomad.',
    'nomad',
    'the container belongs to a Nomad allocation, which would replace it',
    'change the device block of the task in the job',
  ),
  autoRemove,
  noNetwork,
];

/**
 * The Compose service that the container is of; null: of none. That it is of one, a label of its
 * own says; its name may be what the image has as well, where Compose built that.
 */
export function composeServiceOf(observed: RawContainer, own: Labels): string | null {
  const isService = Object.keys(own).some((key) => key.startsWith('com.docker.compose.'));
  if (!isService) return null;
  return observed.Config.Labels?.['com.docker.compose.service'] ?? 'without a name';
}

/** `POST /containers/create`: what is checked, in the engine's order, and what comes of it. */
import { EngineRefused } from '../../src/docker/errors.js';
import type { Created } from '../../src/docker/port.js';
import type { JsonObject, RawContainer } from '../../src/docker/raw.js';
import type { Core } from './core.js';
import { checkAtCreate, newEndpoint } from './endpoints.js';
import { completeConfig, completeHostConfig } from './hostconfig.js';
import { shortId } from './ids.js';
import { linksOf } from './joins.js';
import { isEmpty, objectIn, stringsIn, textIn } from './json.js';
import { mountAll } from './mounts.js';
import { Pending } from './pending.js';
import { checkPolicy } from './policy.js';
import {
  ALLOWED_NAME,
  conflictingOptions,
  nameInvalid,
  nameTaken,
  policyWithAutoRemove,
  unknownRuntime,
} from './refusals.js';
import type { Endpoint, MemoryContainer } from './state.js';

/** A create that has its name, and whose container appears when it lands. */
export interface Reserved {
  readonly created: Created;
  readonly land: () => void;
}

/**
 * Takes the name at once; the container is there at once too, unless the engine is slow to create.
 *
 * @throws EngineRefused with the engine's status and text; then nothing was made
 */
export function create(core: Core, name: string, body: JsonObject): Created | Pending<Created> {
  const { created, land } = reserve(core, name, body);
  if (core.createMs === 0) {
    land();
    return created;
  }
  core.clock.at(core.clock.now() + core.createMs, `${name}: create ends`, land);
  return new Pending(
    () => core.containers.has(created.id),
    () => created,
  );
}

/**
 * The first half: checked, the volumes made, the name taken. While the files are copied a look-up
 * answers 404 and a second create 409 (facts/docker.md).
 *
 * @throws EngineRefused
 */
export function reserve(core: Core, name: string, body: JsonObject): Reserved {
  const warnings = check(core, body);
  const image = core.image(textIn(body.Image));
  if (!ALLOWED_NAME.test(name)) throw nameInvalid(name, false);
  const holder = core.names.get(name);
  if (holder !== undefined) throw nameTaken(name, holder, false);
  const id = core.ids.next();
  const config = completeConfig(body, image.config, shortId(id));
  if (isEmpty(config.Entrypoint) && isEmpty(config.Cmd)) {
    throw new EngineRefused(400, 'no command specified');
  }
  const hostConfig = completeHostConfig(body, core);
  const endpoints = endpointsOf(core, hostConfig.NetworkMode, body);
  const links = linksOf(core, stringsIn((hostConfig as JsonObject).Links));
  const mounted = mountAll(core, config as JsonObject, hostConfig as JsonObject);
  const [path = '', ...args] = [...(config.Entrypoint ?? []), ...(config.Cmd ?? [])];
  const container: MemoryContainer = {
    id,
    name,
    createdAt: core.clock.now(),
    imageId: image.id,
    config,
    hostConfig,
    labels: { ...config.Labels },
    ...mounted,
    path,
    args,
    endpoints,
    links,
    layer: new Map(),
    status: 'created',
    startedAt: null,
    finishedAt: null,
    pid: 0,
    exitCode: 0,
    error: '',
    restartCount: 0,
    backoffMs: 0,
    stoppedByHand: false,
    starts: 0,
    startedBy: null,
    startOrder: 0,
    health: null,
    ports: [],
    logs: '',
    behaviour: {},
    planned: [],
    stop: null,
  };
  core.names.set(name, id);
  const { epoch } = core;
  const land = (): void => {
    // An engine that was restarted meanwhile has forgotten it.
    if (core.epoch !== epoch) return;
    core.containers.set(id, container);
    core.changed('create', container);
  };
  return { created: { id, warnings }, land };
}

/** The checks that come before anything else. Returns the engine's warnings. */
function check(core: Core, body: JsonObject): string[] {
  const host = objectIn(body.HostConfig);
  const mode = textIn(host.NetworkMode);
  const policy = objectIn(host.RestartPolicy);
  const policyName = textIn(policy.Name);
  checkPolicy(core.modern, policyName, Number(policy.MaximumRetryCount ?? 0));
  if (host.AutoRemove === true && policyName !== '' && policyName !== 'no') {
    throw policyWithAutoRemove();
  }
  const runtime = textIn(host.Runtime);
  const nvidia = runtime === 'nvidia' && core.gpu['nvidia-runtime'] !== 'none';
  if (runtime !== '' && runtime !== 'runc' && !nvidia) throw unknownRuntime(core.modern, runtime);
  if (mode.startsWith('container:')) checkShared(body, host);
  if (mode === 'host') checkOnHost(core.modern, body, host);
  const named = Object.keys(objectIn(objectIn(body.NetworkingConfig).EndpointsConfig));
  if (!core.modern && named.length > 1) {
    throw new EngineRefused(
      400,
      `Container cannot be connected to network endpoints: ${named.toSorted().join(', ')}`,
    );
  }
  return mode === 'host' && Object.keys(objectIn(host.PortBindings)).length > 0
    ? ['Published ports are discarded when using host network mode']
    : [];
}

function checkOnHost(modern: boolean, body: JsonObject, host: JsonObject): void {
  if (stringsIn(host.Links).length > 0) {
    throw conflictingOptions(
      "host type networking can't be used with links. This would result in undefined behavior",
    );
  }
  if (!modern && textIn(body.MacAddress) !== '') {
    throw conflictingOptions('mac-address and the network mode');
  }
}

function checkShared(body: JsonObject, host: JsonObject): void {
  if (textIn(body.Hostname) !== '') throw conflictingOptions('hostname and the network mode');
  if (stringsIn(host.Links).length > 0) {
    throw conflictingOptions(
      "container type network can't be used with links. This would result in undefined behavior",
    );
  }
  if (stringsIn(host.Dns).length > 0) throw conflictingOptions('dns and the network mode');
  if (stringsIn(host.ExtraHosts).length > 0) {
    throw conflictingOptions('custom host-to-IP mapping and the network mode');
  }
  if (textIn(body.MacAddress) !== '') {
    throw conflictingOptions('mac-address and the network mode');
  }
  if (Object.keys(objectIn(host.PortBindings)).length > 0 || host.PublishAllPorts === true) {
    throw conflictingOptions('port publishing and the container type network mode');
  }
  if (Object.keys(objectIn(body.ExposedPorts)).length > 0) {
    throw conflictingOptions('port exposing and the container type network mode');
  }
}

function endpointsOf(
  core: Core,
  mode: RawContainer['HostConfig']['NetworkMode'],
  body: JsonObject,
): Map<string, Endpoint> {
  const given = objectIn(objectIn(body.NetworkingConfig).EndpointsConfig);
  const endpoints = new Map<string, Endpoint>();
  if (mode.startsWith('container:')) return endpoints;
  const name = (ref: string): string => core.findNetwork(ref)?.name ?? ref;
  // The network of the mode comes first, whether the body has settings for it or not.
  endpoints.set(name(mode), newEndpoint({}));
  for (const [ref, settings] of Object.entries(given)) {
    endpoints.set(name(ref), newEndpoint(objectIn(settings)));
  }
  for (const [network, endpoint] of endpoints) checkAtCreate(core, network, endpoint);
  return endpoints;
}

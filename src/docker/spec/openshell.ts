/** What an OpenShell sandbox needs beside the GPU (NemoClaw's patch), and no other container gets. */
import type { Json, JsonObject, RawContainer, RawImage } from '../raw.js';
import type { WantedMode } from './devices.js';
import { envValue, withEnv } from './env.js';
import { entersHost, inNetwork } from './host-network.js';
import type { WantedNetwork } from './host-network.js';
import { copyOf, stringsAt } from './json.js';
import { isContainerMode, isHostOrNone } from './network-mode.js';
import { labelsOfItsOwn } from './refusals.js';
import type { Reason, Warning } from './warning.js';

const PREFIX = 'openshell.ai/';
const MANAGED_BY = 'openshell.ai/managed-by';
export const SANDBOX_ID = 'openshell.ai/sandbox-id';
export const SANDBOX_NAME = 'openshell.ai/sandbox-name';
const SANDBOX_WORKSPACE = 'openshell.ai/sandbox-workspace';
const ENDPOINT = 'OPENSHELL_ENDPOINT';
/** The name by which a sandbox calls the gateway on its host. */
const GATEWAY_HOST = 'host.openshell.internal';
const LOOPBACK = '127.0.0.1';
const PTRACE = 'SYS_PTRACE';
const UNCONFINED = 'apparmor=unconfined';

/** What every container of the sandbox of this name carries, as an engine's list takes labels. */
export const labelsOfSandbox = (name: string): string[] => [
  `${MANAGED_BY}=openshell`,
  `${SANDBOX_NAME}=${name}`,
];

/**
 * Whether a container with the sandbox's name can be of that workspace: two workspaces may each have
 * a sandbox of one name. One without the label is of a gateway that knows no workspaces.
 * @param workspace null: it is not known which is meant
 */
export const canBeOf = (
  labels: Readonly<Record<string, string>>,
  workspace: string | null,
): boolean => workspace === null || (labels[SANDBOX_WORKSPACE] ?? workspace) === workspace;

/**
 * Whether a gateway takes two containers of one name for the same sandbox: by its ID, as another
 * gateway on the same engine, or another workspace, may have one of that name.
 */
export function isSameSandbox(
  one: Readonly<Record<string, string>>,
  other: Readonly<Record<string, string>>,
): boolean {
  const [a, b] = [one[SANDBOX_ID], other[SANDBOX_ID]];
  if (a !== undefined && b !== undefined) return a === b;
  return canBeOf(other, workspaceOf(one));
}

/** The workspace that the labels name; null: none. */
export const workspaceOf = (labels: Readonly<Record<string, string>>): string | null =>
  labels[SANDBOX_WORKSPACE] ?? null;

export interface SandboxRequest {
  /** Whether it is an OpenShell sandbox; absent: it is not, and nothing here is done to it. */
  readonly sandbox?: boolean;
  /** `none` takes a GPU away, for which nothing more is needed; null: it is made as it was, and nothing is added. */
  readonly mode: WantedMode | 'auto' | null;
  /** Absent: `preserve`. */
  readonly network?: WantedNetwork;
  /** The DNS server to add; null or absent: none. */
  readonly dns?: string | null;
}

/**
 * By the gateway's label, and one of its labels that is the container's own: a plain container of an
 * image that was committed from a sandbox has them all from there. A sandbox of such an image has an
 * ID and a name of its own, while `managed-by` looks inherited.
 */
export function isSandbox(observed: RawContainer, image: RawImage | null): boolean {
  if (observed.Config.Labels?.[MANAGED_BY] !== 'openshell') return false;
  return Object.keys(labelsOfItsOwn(observed, image)).some((key) => key.startsWith(PREFIX));
}

export interface SandboxLabels {
  /** Null: that label is not there. */
  readonly id: string | null;
  readonly name: string | null;
  readonly workspace: string | null;
}

/** By which its gateway knows it; null: it is no sandbox. */
export function sandboxLabels(
  observed: RawContainer,
  image: RawImage | null,
): SandboxLabels | null {
  if (!isSandbox(observed, image)) return null;
  const labels = observed.Config.Labels ?? {};
  return {
    id: labels[SANDBOX_ID] ?? null,
    name: labels[SANDBOX_NAME] ?? null,
    workspace: workspaceOf(labels),
  };
}

/** The gateway's address from within the host's network; null: it is not one that can be rewritten. */
export function endpointOnHost(endpoint: string): string | null {
  if (!URL.canParse(endpoint)) return null;
  const url = new URL(endpoint);
  if (url.hostname !== GATEWAY_HOST) return null;
  url.hostname = LOOPBACK;
  return url.toString();
}

/** Without an address that can be rewritten, its supervisor would never find the gateway. */
export function unreachableGateway(observed: RawContainer, request: SandboxRequest): Reason | null {
  if (request.sandbox !== true || !entersHost(observed, request.network)) return null;
  const endpoint = envValue(observed.Config.Env ?? [], ENDPOINT);
  if (endpoint !== null && endpointOnHost(endpoint) !== null) return null;
  return {
    code: 'openshell-endpoint',
    message: `the sandbox's ${ENDPOINT} does not name ${GATEWAY_HOST}, so that it cannot be rewritten for the host's network`,
    hint: 'use --network preserve',
  };
}

const hasPtrace = (hostConfig: JsonObject): boolean =>
  stringsAt(hostConfig, 'CapAdd').some((name) =>
    ['ALL', PTRACE].includes(name.toUpperCase().replace(/^CAP_/, '')),
  );

const pinsAppArmor = (hostConfig: JsonObject): boolean =>
  stringsAt(hostConfig, 'SecurityOpt').some((option) => option.startsWith('apparmor'));

interface Changes {
  readonly endpoint: string | null;
  readonly ptrace: boolean;
  readonly unconfined: boolean;
  readonly dns: string | null;
}

function changesOf(observed: RawContainer, request: SandboxRequest): Changes | null {
  if (request.sandbox !== true || request.mode === null) return null;
  const entering = entersHost(observed, request.network);
  const endpoint = entering ? envValue(observed.Config.Env ?? [], ENDPOINT) : null;
  const hostConfig = copyOf(observed.HostConfig);
  // A privileged container has every capability, and no profile.
  const confined = request.mode !== 'none' && observed.HostConfig.Privileged !== true;
  const takesDns = wantsDns(observed, request);
  return {
    endpoint: endpoint === null ? null : endpointOnHost(endpoint),
    ptrace: confined && !hasPtrace(hostConfig),
    unconfined: confined && !pinsAppArmor(hostConfig),
    dns: takesDns ? (request.dns ?? null) : null,
  };
}

/**
 * Whether a resolver of the host's own loopback would be in its way: not in the host's network or
 * another container's, nor beside DNS servers of its own.
 */
export function wantsDns(observed: RawContainer, request: SandboxRequest): boolean {
  const { NetworkMode: mode } = inNetwork(observed, request.network).HostConfig;
  const asksNobody = isHostOrNone(mode) || isContainerMode(mode);
  const own = stringsAt(copyOf(observed.HostConfig), 'Dns');
  const getsGpu = request.mode !== 'none' && request.mode !== null;
  return request.sandbox === true && getsGpu && !asksNobody && own.length === 0;
}

/** Changes `config` and `hostConfig`, copies of what was observed. A container that is no sandbox stays as it is. */
export function requestSandbox(
  observed: RawContainer,
  config: JsonObject,
  hostConfig: JsonObject,
  request: SandboxRequest,
): void {
  const changes = changesOf(observed, request);
  if (changes === null) return;
  const { endpoint, ptrace, unconfined, dns } = changes;
  const add = (key: string, value: string): Json => [...stringsAt(hostConfig, key), value];
  if (endpoint !== null) config['Env'] = withEnv(stringsAt(config, 'Env'), ENDPOINT, endpoint);
  if (ptrace) hostConfig['CapAdd'] = add('CapAdd', PTRACE);
  if (unconfined) hostConfig['SecurityOpt'] = add('SecurityOpt', UNCONFINED);
  if (dns !== null) hostConfig['Dns'] = [dns];
}

/** The profile that an inspect then shows; null: the one that it had. */
export function sandboxProfile(observed: RawContainer, request: SandboxRequest): string | null {
  return changesOf(observed, request)?.unconfined === true ? 'unconfined' : null;
}

/** Each change, with its cause. */
export function sandboxWarnings(observed: RawContainer, request: SandboxRequest): Warning[] {
  const changes = changesOf(observed, request);
  if (changes === null) return [];
  const all: readonly (readonly [applies: boolean, code: string, message: string])[] = [
    [
      changes.endpoint !== null,
      'openshell-endpoint',
      `${ENDPOINT} becomes ${LOOPBACK}, as ${GATEWAY_HOST} is the host itself in its network (--network host)`,
    ],
    [
      changes.ptrace,
      'openshell-ptrace',
      `the sandbox gets the capability ${PTRACE}, by which its supervisor knows the program behind a connection (as NemoClaw's patch gives it)`,
    ],
    [
      changes.unconfined,
      'openshell-apparmor',
      "the sandbox runs without the engine's AppArmor profile, which can forbid that (as NemoClaw's patch has it); a profile of its own would stay",
    ],
    [
      changes.dns !== null,
      'openshell-dns',
      `the sandbox gets the DNS server ${changes.dns ?? ''}, as the host's resolver listens on its loopback only, where a container does not reach it`,
    ],
  ];
  return all.filter(([applies]) => applies).map(([, code, message]) => ({ code, message }));
}

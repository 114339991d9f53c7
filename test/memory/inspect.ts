/** The engine's documents, built afresh for each answer: nothing handed out is the engine's own state. */
import type { RawContainer, RawImage } from '../../src/docker/raw.js';
import type { Core } from './core.js';
import { shortId } from './ids.js';
import { linksShown } from './joins.js';
import { copyJson, stringsIn } from './json.js';
import { portsShown } from './ports.js';
import {
  isRunning,
  type Endpoint,
  type MemoryContainer,
  type MemoryImage,
  type MemoryNetwork,
} from './state.js';

const NEVER = '0001-01-01T00:00:00Z';
const texts = new Map<number, string>();

/** The text of a time. Kept, because the same few are shown over and over. */
function time(at: number | null): string {
  if (at === null) return NEVER;
  let text = texts.get(at);
  if (text === undefined) {
    text = new Date(at).toISOString();
    if (texts.size > 1000) texts.clear();
    texts.set(at, text);
  }
  return text;
}

export function inspectContainer(core: Core, container: MemoryContainer): RawContainer {
  const { id } = container;
  const folder = container.starts > 0 ? `/var/lib/docker/containers/${id}` : '';
  const path = (file: string): string => (folder === '' ? '' : `${folder}/${file}`);
  return {
    Id: id,
    Created: time(container.createdAt),
    Path: container.path,
    Args: [...container.args],
    State: stateOf(container),
    Image: container.imageId,
    ResolvConfPath: path('resolv.conf'),
    HostnamePath: path('hostname'),
    HostsPath: path('hosts'),
    LogPath: container.startedAt === null ? '' : path(`${id}-json.log`),
    Name: `/${container.name}`,
    RestartCount: container.restartCount,
    Driver: 'overlay2',
    Platform: 'linux',
    MountLabel: '',
    ProcessLabel: '',
    AppArmorProfile: '',
    ExecIDs: null,
    HostConfig: { ...copyJson(container.hostConfig), Links: linksShown(core, container) },
    GraphDriver: {
      Data: { MergedDir: `/var/lib/docker/overlay2/${id}/merged` },
      Name: 'overlay2',
    },
    Mounts: copyJson(container.mounts),
    Config: copyJson(container.config),
    NetworkSettings: networkSettings(core, container),
  };
}

function stateOf(container: MemoryContainer): RawContainer['State'] {
  const { status, health } = container;
  return {
    // A container being removed reads `removing`, and dead once its files go.
    Status: status,
    Running: isRunning(container),
    Paused: status === 'paused',
    Restarting: status === 'restarting',
    OOMKilled: false,
    Dead: false,
    Pid: container.pid,
    ExitCode: container.exitCode,
    Error: container.error,
    StartedAt: time(container.startedAt),
    FinishedAt: time(container.finishedAt),
    ...(health === null
      ? {}
      : { Health: { Status: health.status, FailingStreak: health.failingStreak, Log: [] } }),
  };
}

function networkSettings(core: Core, container: MemoryContainer): RawContainer['NetworkSettings'] {
  const networks: NonNullable<RawContainer['NetworkSettings']['Networks']> = {};
  for (const [name, endpoint] of container.endpoints) {
    networks[name] = endpointShown(core, container, name, endpoint);
  }
  const bridge = networks.bridge;
  return {
    Bridge: '',
    SandboxID: container.status === 'running' ? shortId(container.id).padEnd(64, '0') : '',
    Ports: portsShown(container, isRunning(container)),
    EndpointID: bridge?.EndpointID ?? '',
    Gateway: bridge?.Gateway ?? '',
    IPAddress: bridge?.IPAddress ?? '',
    MacAddress: bridge?.MacAddress ?? '',
    Networks: networks,
  };
}

type ShownEndpoint = NonNullable<RawContainer['NetworkSettings']['Networks']>[string];

function endpointShown(
  core: Core,
  container: MemoryContainer,
  name: string,
  endpoint: Endpoint,
): ShownEndpoint {
  const { config, live } = endpoint;
  const network = core.findNetwork(name);
  const attached = live !== null && live.address !== '';
  const aliases = stringsIn(config.Aliases);
  const short = shortId(container.id);
  if (endpoint.shortIdAdded && !aliases.includes(short)) aliases.push(short);
  // Written field by field: this is asked for more often than anything else on every path.
  const shown = copyJson(config) as ShownEndpoint;
  shown.IPAMConfig ??= null;
  if (!Array.isArray(shown.Links)) shown.Links = null;
  shown.Aliases = aliases.length === 0 && !Array.isArray(config.Aliases) ? null : aliases;
  shown.DriverOpts ??= null;
  shown.NetworkID = endpoint.networkId;
  shown.EndpointID = live?.endpointId ?? '';
  shown.Gateway = attached ? gatewayOf(network) : '';
  shown.IPAddress = live?.address ?? '';
  shown.IPPrefixLen = attached ? Number(network?.subnet?.split('/')[1] ?? 0) : 0;
  shown.IPv6Gateway = '';
  shown.GlobalIPv6Address = '';
  shown.GlobalIPv6PrefixLen = 0;
  shown.MacAddress = live?.mac ?? '';
  if (core.modern) {
    const userNetwork = network !== null && !['bridge', 'host', 'none'].includes(network.name);
    shown.GwPriority = 0;
    shown.DNSNames =
      userNetwork && endpoint.networkId !== ''
        ? [...new Set([container.name, ...stringsIn(config.Aliases), short])]
        : null;
  }
  return shown;
}

const gatewayOf = (network: MemoryNetwork | null): string =>
  network?.subnet?.replace(/\d+\/\d+$/, '1') ?? '';

export function inspectImage(image: MemoryImage): RawImage {
  return {
    Id: image.id,
    RepoTags: [...image.tags],
    RepoDigests: [],
    Comment: image.comment,
    RootFS: {
      Type: 'layers',
      Layers: Array.from({ length: image.layers }, (_, n) => `layer-${n}`),
    },
    Config: copyJson(image.config) as RawImage['Config'],
    Architecture: 'amd64',
    Os: 'linux',
  };
}

/** Which of a container's volumes a new create would make anew: those that nobody named. */
import type { JsonObject, RawContainer } from '../raw.js';
import { isVoid } from './json.js';
import { tidyPath } from './paths.js';

/** Mounted, but named neither in Binds nor in Mounts. */
export interface AnonymousVolume {
  /** Empty where the engine does not say it. */
  readonly name: string;
  readonly destination: string;
  readonly driver: string;
  readonly readOnly: boolean;
}

/** The parts of a `Binds` entry: `source:target[:options]`, or `target` alone, which asks for a new volume. */
export function bindParts(bind: string): { source: string; target: string; options: string[] } {
  const [first = '', second, options = ''] = bind.split(':');
  if (second === undefined) return { source: '', target: first, options: [] };
  return { source: first, target: second, options: options === '' ? [] : options.split(',') };
}

/** Whether a `Binds` entry mounts a volume and not a folder of the host. */
export function isVolumeBind(bind: string): boolean {
  return !bindParts(bind).source.startsWith('/');
}

/** Whether an entry of `HostConfig.Mounts` asks for a volume that it does not name. */
export function isAnonymousMount(mount: JsonObject): boolean {
  return mount['Type'] === 'volume' && isVoid(mount['Source']);
}

/** 28.5 leaves out the name of a volume that `Binds: ["/data"]` has made. */
export function volumeName({ Name: name, Source: source }: RawContainer['Mounts'][number]): string {
  if (name !== undefined && name !== '') return name;
  return /\/([0-9a-f]{64})\/_data$/.exec(source)?.[1] ?? '';
}

/**
 * The volumes of `-v /path`, of a mount without a source and of the image's VOLUMEs.
 * @param lent names of the volumes that the containers in VolumesFrom have: these come back by it
 */
export function anonymousVolumes(
  observed: RawContainer,
  lent: readonly string[] = [],
): AnonymousVolume[] {
  const binds = (observed.HostConfig.Binds ?? []).map(bindParts);
  const mounts = observed.HostConfig.Mounts ?? [];
  const named = new Set([
    ...binds.filter(({ source }) => source !== '').map(({ target }) => tidyPath(target)),
    ...mounts
      .filter((mount) => !isAnonymousMount(mount as JsonObject))
      .map(({ Target: target }) => tidyPath(target)),
  ]);
  return observed.Mounts.filter(
    (mount) =>
      mount.Type === 'volume' && !named.has(mount.Destination) && !lent.includes(volumeName(mount)),
  ).map((mount) => ({
    name: volumeName(mount),
    destination: mount.Destination,
    driver: mount.Driver ?? '',
    readOnly: !mount.RW,
  }));
}

/** Which of a container's volumes nobody named: those of `-v /path`, and of the image's VOLUMEs. */
import type { RawContainer } from '../raw.js';
import { tidyPath } from './paths.js';

export interface AnonymousVolume {
  readonly name: string;
  readonly destination: string;
}

/** The name of a volume that nobody named. */
const GENERATED = /^[0-9a-f]{64}$/;

/** The parts of a `Binds` entry: `source:target[:options]`. */
export function bindParts(bind: string): { source: string; target: string; options: string[] } {
  const [source = '', target = '', options = ''] = bind.split(':');
  return { source, target, options: options === '' ? [] : options.split(',') };
}

/** Whether a `Binds` entry mounts a volume and not a folder of the host. */
export function isVolumeBind(bind: string): boolean {
  return !bindParts(bind).source.startsWith('/');
}

/**
 * The volumes that a new create would make anew instead of attaching them again: mounted, but
 * named neither in Binds nor in Mounts. What `VolumesFrom` brings is attached again by it, except
 * where the container's own configuration wants a volume at the same place: then the two cannot
 * be told apart, and the answer is on the safe side.
 */
export function anonymousVolumes(observed: RawContainer): AnonymousVolume[] {
  const named = new Set<unknown>([
    ...(observed.HostConfig.Binds ?? []).map((bind) => bindParts(bind).source),
    ...(observed.HostConfig.Mounts ?? []).map((mount) => mount['Source']),
  ]);
  const borrows = (observed.HostConfig.VolumesFrom ?? []).length > 0;
  const wanted = new Set([
    ...Object.keys(observed.Config.Volumes ?? {}).map(tidyPath),
    ...(observed.HostConfig.Mounts ?? []).map((mount) => tidyPath(mount.Target)),
  ]);
  return observed.Mounts.flatMap((mount) => {
    const name = mount.Name ?? '';
    if (mount.Type !== 'volume' || named.has(name) || !GENERATED.test(name)) return [];
    if (borrows && !wanted.has(mount.Destination)) return [];
    return [{ name, destination: mount.Destination }];
  });
}

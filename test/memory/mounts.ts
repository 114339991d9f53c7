/** Mount points of a container, with the volumes that its creation makes. */
import type { JsonObject, RawContainer } from '../../src/docker/raw.js';
import type { Core } from './core.js';
import { objectIn, stringsIn, textIn } from './json.js';
import { duplicateMount } from './refusals.js';

type Mount = RawContainer['Mounts'][number];

export interface Mounted {
  readonly mounts: Mount[];
  readonly anonymousVolumes: string[];
}

/** @throws EngineRefused 400 when two mounts want one place */
export function mountAll(core: Core, config: JsonObject, hostConfig: JsonObject): Mounted {
  const mounts = new Map<string, Mount>();
  const borrowed = new Set<string>();
  const anonymousVolumes: string[] = [];
  const volumes: { name: string; copies: boolean }[] = [];
  const add = (mount: Mount): void => {
    const { Destination: place } = mount;
    // What is lent gives way without a word to what is asked for.
    if (mounts.has(place) && !borrowed.delete(place)) throw duplicateMount(place);
    mounts.set(place, mount);
  };
  const volume = (
    given: string,
    target: string,
    mode: string,
    rw: boolean,
    copies: boolean,
  ): void => {
    const name = given || core.ids.next();
    if (!given) anonymousVolumes.push(name);
    volumes.push({ name, copies });
    add(volumeMount(name, target, mode, rw));
  };

  for (const from of stringsIn(hostConfig.VolumesFrom)) {
    const [ref = '', access = ''] = from.split(':');
    for (const mount of core.container(ref).mounts) {
      mounts.set(mount.Destination, { ...mount, Mode: '', RW: mount.RW && access !== 'ro' });
      borrowed.add(mount.Destination);
    }
  }
  for (const bind of stringsIn(hostConfig.Binds)) {
    const { source, target, options } = partsOf(bind);
    const rw = !options.includes('ro');
    if (source.startsWith('/')) add(bindMount(source, target, options, rw));
    else volume(source, target, options.join(',') || 'z', rw, !options.includes('nocopy'));
  }
  for (const mount of Array.isArray(hostConfig.Mounts) ? hostConfig.Mounts.map(objectIn) : []) {
    const target = textIn(mount.Target);
    const rw = mount.ReadOnly !== true;
    const copies = objectIn(mount.VolumeOptions).NoCopy !== true;
    if (mount.Type === 'volume') volume(textIn(mount.Source), target, 'z', rw, copies);
    else if (mount.Type === 'bind') {
      const propagation = textIn(objectIn(mount.BindOptions).Propagation);
      add(bindMount(textIn(mount.Source), target, propagation ? [propagation] : [], rw, ''));
    } else
      add({ Type: 'tmpfs', Source: '', Destination: target, Mode: '', RW: rw, Propagation: '' });
  }
  const tmpfs = objectIn(hostConfig.Tmpfs);
  for (const target of Object.keys(tmpfs)) if (mounts.has(target)) throw duplicateMount(target);
  for (const target of Object.keys(objectIn(config.Volumes))) {
    if (!mounts.has(target) && tmpfs[target] === undefined) volume('', target, '', true, true);
  }
  // Only now: a refused create leaves no volume behind.
  for (const { name, copies } of volumes) {
    const anonymous = anonymousVolumes.includes(name);
    const volume = core.volumes.get(name) ?? { name, anonymous, copiedInto: 0, empty: true };
    core.volumes.set(name, volume);
    if (!copies || !volume.empty) continue;
    // Creating copies the image's files into a volume that is empty, unless told not to.
    volume.copiedInto++;
    volume.empty = false;
  }
  return { mounts: [...mounts.values()], anonymousVolumes };
}

function partsOf(bind: string): { source: string; target: string; options: string[] } {
  const [source = '', target, options] = bind.split(':');
  if (target === undefined) return { source: '', target: source, options: [] };
  return { source, target, options: options === undefined ? [] : options.split(',') };
}

function volumeMount(name: string, target: string, mode: string, rw: boolean): Mount {
  return {
    Type: 'volume',
    Name: name,
    Source: `/var/lib/docker/volumes/${name}/_data`,
    Destination: target,
    Driver: 'local',
    Mode: mode,
    RW: rw,
    Propagation: '',
  };
}

function bindMount(
  source: string,
  target: string,
  options: readonly string[],
  rw: boolean,
  mode = options.join(','),
): Mount {
  const propagation = options.find((option) => /^r?(private|shared|slave)$/.test(option));
  return {
    Type: 'bind',
    Source: source,
    Destination: target,
    Mode: mode,
    RW: rw,
    Propagation: propagation ?? 'rprivate',
  };
}

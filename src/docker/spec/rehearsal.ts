/** The rehearsal: the whole specification, created and compared but never started. It is the claim as well. */
import type { CreateBody } from '../port.js';
import type { Json, JsonObject, RawContainer } from '../raw.js';
import { differences } from './compare.js';
import type { Difference } from './compare.js';
import type { Expected } from './expected.js';
import { ENDPOINTS_AT_CREATE, apiAtLeast } from './identity.js';
import { isObject, objectAt, stringsAt } from './json.js';
import { unmanagedLabels } from './manager-labels.js';
import { nocopyBind, nocopyMount, withBindModes } from './nocopy.js';
import { tidyPath } from './paths.js';
import { bindParts } from './volumes.js';

type Labels = Readonly<Record<string, string>>;

export interface RehearsalOptions {
  /** Our own labels: holder, run and role. */
  readonly labels: Labels;
  /** The labels that the container inherits from its image. */
  readonly imageLabels: Labels;
}

/**
 * Changes the two parts of a specification to those of a rehearsal: no manager finds it, creating
 * it writes to no volume and makes none, and no engine ever starts it.
 */
function rehearse(config: JsonObject, hostConfig: JsonObject, options: RehearsalOptions): void {
  const labels = objectAt(config, 'Labels') as Record<string, string>;
  config['Labels'] = unmanagedLabels(labels, options.imageLabels, options.labels);
  hostConfig['RestartPolicy'] = { Name: 'no', MaximumRetryCount: 0 };
  hostConfig['AutoRemove'] = false;
  const binds = stringsAt(hostConfig, 'Binds').map(nocopyBind);
  const mounts = Array.isArray(hostConfig['Mounts']) ? hostConfig['Mounts'].map(nocopyMount) : [];
  const covered = coverings(config, hostConfig, binds, mounts);
  hostConfig['Binds'] = binds;
  hostConfig['Mounts'] = [...mounts, ...covered];
}

/** A tmpfs for each path at which the create would make an anonymous volume; one that is covered makes none. */
function coverings(
  config: JsonObject,
  hostConfig: JsonObject,
  binds: readonly string[],
  mounts: readonly Json[],
): Json[] {
  const targets = mounts.filter(isObject).map((mount) => mount['Target']);
  const mounted = [
    ...binds.map((bind) => bindParts(bind).target),
    ...targets.filter((target) => typeof target === 'string'),
  ];
  // The engine compares the places in Tmpfs as they are written: `/d/` does not cover `/d` (measured).
  const taken = new Set([...mounted.map(tidyPath), ...Object.keys(objectAt(hostConfig, 'Tmpfs'))]);
  const paths = new Set(Object.keys(objectAt(config, 'Volumes')).map(tidyPath));
  return [...paths]
    .filter((path) => !taken.has(path))
    .map((path) => ({ Type: 'tmpfs', Target: path }));
}

/** The create body of the rehearsal of `desired`, the replacement's create body. */
export function rehearsalBody(desired: CreateBody, options: RehearsalOptions): CreateBody {
  const body = structuredClone(desired);
  const hostConfig = objectAt(body, 'HostConfig');
  rehearse(body, hostConfig, options);
  return { ...body, HostConfig: hostConfig };
}

/** A tmpfs that covers the place of an anonymous volume is a mount point instead of that volume. */
function withCoverings(rehearsal: Expected, before: readonly Json[]): void {
  const mounts = rehearsal.hostConfig['Mounts'];
  const added = Array.isArray(mounts) ? mounts.slice(before.length).filter(isObject) : [];
  for (const { Target: target } of added) {
    if (typeof target !== 'string') continue;
    rehearsal.mounts[target] = {
      Type: 'tmpfs',
      Source: '',
      Destination: target,
      Mode: '',
      RW: true,
      Propagation: '',
    };
  }
}

/** What an inspect of the rehearsal must say: the expectation, but for exactly what makes it a rehearsal. */
export function expectedRehearsal(expected: Expected, options: RehearsalOptions): Expected {
  const rehearsal = structuredClone(expected);
  const before = Array.isArray(expected.hostConfig['Mounts']) ? expected.hostConfig['Mounts'] : [];
  rehearse(rehearsal.config, rehearsal.hostConfig, options);
  withBindModes(rehearsal);
  withCoverings(rehearsal, before);
  return rehearsal;
}

/**
 * How the created rehearsal differs from what it must be; empty: in nothing. Below API 1.44 further
 * networks are connected after a create: a rehearsal need not be in them.
 */
export function compareRehearsal(
  expected: Expected,
  actual: RawContainer,
  options: RehearsalOptions,
): Difference[] {
  const rehearsal = expectedRehearsal(expected, options);
  const joined = Object.entries(rehearsal.networks).filter(
    ([name]) => name in (actual.NetworkSettings.Networks ?? {}),
  );
  const partly = !apiAtLeast(expected.apiVersion, ENDPOINTS_AT_CREATE) && joined.length > 0;
  if (partly) rehearsal.networks = Object.fromEntries(joined);
  return differences(rehearsal, actual);
}

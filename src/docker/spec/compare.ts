/** Field by field: is the container that was created the one that was wanted? */
import type { Json, RawContainer } from '../raw.js';
import { configuredPart } from './configured.js';
import { configuredMacs } from './macs.js';
import { envName } from './env.js';
import type { Expected } from './expected.js';
import { HOST } from './host-network.js';
import { isVoid, stringsAt } from './json.js';
import { allowEngineLogOptions } from './log-options.js';
import { endpointsOf } from './network-mode.js';
import { difference, valueDifferences } from './values.js';
import type { Difference } from './values.js';

export type { Difference } from './values.js';

/** Variables by name, each with all its entries: the engine takes the last, a program may see the first. */
function byName(entries: readonly string[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const entry of entries)
    found.set(envName(entry), [...(found.get(envName(entry)) ?? []), entry]);
  return found;
}

/** Names only: values of variables are secrets. The order counts as well, for equal names are told apart by it. */
function envDifferences(expected: readonly string[], actual: readonly string[]): Difference[] {
  const [wanted, found] = [byName(expected), byName(actual)];
  const names = [...new Set([...wanted.keys(), ...found.keys()])];
  return names.flatMap((name) =>
    valueDifferences(`Config.Env[${name}]`, wanted.get(name), found.get(name)),
  );
}

/**
 * A configured address must be in force, or be what the engine was told (a container that was
 * never started). An address that nobody configured must not have become configured.
 */
function macDifferences(expected: Expected, actual: RawContainer): Difference[] {
  const told = configuredMacs(actual);
  return endpointsOf(actual).flatMap(([name, endpoint]) => {
    const wanted = expected.macs[name];
    const inForce = isVoid(endpoint.MacAddress) ? told[name] : endpoint.MacAddress;
    const found = wanted === undefined ? told[name] : inForce;
    return valueDifferences(`NetworkSettings.Networks[${name}].MacAddress`, wanted, found);
  });
}

function keyed(
  path: string,
  expected: Record<string, Json>,
  actual: Record<string, Json>,
): Difference[] {
  const keys = [...new Set([...Object.keys(expected), ...Object.keys(actual)])].toSorted();
  return keys.flatMap((key) => {
    const at = `${path}[${key}]`;
    if (key in expected && key in actual) return valueDifferences(at, expected[key], actual[key]);
    return [
      difference(
        at,
        expected[key] === undefined ? undefined : 'there',
        actual[key] === undefined ? undefined : 'there',
      ),
    ];
  });
}

/**
 * Every difference between what an inspect must say and what it says; empty: the container is the
 * one that was wanted, started or not. Generated values do not count (`configuredPart`). Order
 * counts, except in lists that the engine shuffles itself: mount points, links, aliases. An AppArmor
 * profile shows only once a container was started, so it counts where both show one. A runtime that
 * is left to the engine is whatever it chose, and so are a hostname in the host's network and
 * options for logs that the engine lays under those of all its containers.
 */
export function differences(expected: Expected, actual: RawContainer): Difference[] {
  const found = configuredPart(actual, expected);
  const { Env: _wantedEnv, ...config } = expected.config;
  const { Env: _foundEnv, ...foundConfig } = found.config;
  const hostConfig = { ...expected.hostConfig };
  if (hostConfig['NetworkMode'] === HOST && isVoid(config['Hostname'])) {
    config['Hostname'] = foundConfig['Hostname'] ?? null;
  }
  if (isVoid(hostConfig['Runtime'])) hostConfig['Runtime'] = found.hostConfig['Runtime'] ?? null;
  allowEngineLogOptions(hostConfig, found.hostConfig);
  const plain = { ...expected.plain };
  if (isVoid(plain['AppArmorProfile']) || isVoid(found.plain['AppArmorProfile'])) {
    plain['AppArmorProfile'] = found.plain['AppArmorProfile'] ?? null;
  }
  return [
    ...valueDifferences('Config', config, foundConfig),
    ...envDifferences(stringsAt(expected.config, 'Env'), stringsAt(found.config, 'Env')),
    ...valueDifferences('HostConfig', hostConfig, found.hostConfig),
    ...keyed('NetworkSettings.Networks', expected.networks, found.networks),
    ...macDifferences(expected, actual),
    ...keyed('Mounts', expected.mounts, found.mounts),
    ...Object.keys(plain).flatMap((field) =>
      valueDifferences(field, plain[field], found.plain[field]),
    ),
  ];
}

/**
 * Options of the log driver. An engine that was given `log-opts` lays them under those of every
 * container that it makes with the same driver: a container from before has not got them, and
 * no create can be without them (measured on both engines).
 */
import type { JsonObject, RawContainer } from '../raw.js';
import { objectAt } from './json.js';
import type { Warning } from './warning.js';

const optionsOf = (hostConfig: JsonObject): JsonObject =>
  objectAt(objectAt(hostConfig, 'LogConfig'), 'Config');

/** The options that the second has beyond all of the first; null: it is not the same driver with as much. */
function added(wanted: JsonObject, found: JsonObject): string[] | null {
  if (objectAt(wanted, 'LogConfig')['Type'] !== objectAt(found, 'LogConfig')['Type']) return null;
  const [given, there] = [optionsOf(wanted), optionsOf(found)];
  if (Object.entries(given).some(([name, value]) => there[name] !== value)) return null;
  return Object.keys(there).filter((name) => !(name in given));
}

/** Changes `wanted`, a copy: what the engine has added by itself is as it should be. */
export function allowEngineLogOptions(wanted: JsonObject, found: JsonObject): void {
  const more = added(wanted, found) ?? [];
  if (more.length > 0) wanted['LogConfig'] = found['LogConfig'] ?? null;
}

/** By name: a value may be a token. @param made the container that was made from it */
export function logOptionWarnings(original: RawContainer, made: RawContainer): Warning[] {
  const more = added(original.HostConfig as JsonObject, made.HostConfig as JsonObject) ?? [];
  if (more.length === 0) return [];
  const message = `the engine's own options for logs were set since the container was made, and are now the replacement's: ${more.join(', ')}`;
  return [{ code: 'log-options', message }];
}

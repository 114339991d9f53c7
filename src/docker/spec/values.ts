/** Comparing two JSON values of an inspect, path by path. */
import type { Json, JsonObject } from '../raw.js';
import { canonical, isObject, isVoid } from './json.js';
import { shown } from './redact.js';

export interface Difference {
  /** Such as `HostConfig.ShmSize`, `Config.Env[HOME]`, `Mounts[/data].RW`. */
  readonly path: string;
  /** At most 80 characters; `<absent>`, or `<redacted>` for what may be a secret. */
  readonly expected: string;
  readonly actual: string;
}

/**
 * Objects whose keys are fields: one left out means the same as an empty one. In every other
 * object below the first level the keys are data (labels, ports, paths), and a key that is there
 * with an empty value (`Tmpfs: {"/run": ""}`, `ExposedPorts: {"80/tcp": {}}`) is not nothing.
 */
const RECORDS =
  /^(Config|HostConfig|NetworkSettings\.Networks\[[^\]]*\]|Mounts\[[^\]]*\]|Config\.Healthcheck|HostConfig\.(RestartPolicy|LogConfig|Mounts\[\d+\](\.\w+)*|DeviceRequests\[\d+\]|Devices\[\d+\]|Ulimits\[\d+\]))$/;

/** Fields in which null, `[]` and `[""]` mean different things. */
const EXACT = /^Config\.(Entrypoint|Cmd)$/;

/** Lists whose order has no meaning, and in which engines add entries of their own: DNS names. */
const UNORDERED = /^NetworkSettings\.Networks\[[^\]]*\]\.(Aliases|Links)$/;

/** For strings, which is all that such lists hold. */
function byText(one: Json, other: Json): number {
  return canonical(one) < canonical(other) ? -1 : 1;
}

export function difference(
  path: string,
  expected: Json | undefined,
  actual: Json | undefined,
): Difference {
  return { path, expected: shown(path, expected), actual: shown(path, actual) };
}

function joined(path: string, key: string): string {
  return /^\w+$/.test(key) && RECORDS.test(path) ? `${path}.${key}` : `${path}[${key}]`;
}

function ofObjects(path: string, expected: JsonObject, actual: JsonObject): Difference[] {
  const isRecord = RECORDS.test(path);
  const keys = [...new Set([...Object.keys(expected), ...Object.keys(actual)])].toSorted();
  return keys.flatMap((key) => {
    const at = joined(path, key);
    const both = key in expected && key in actual;
    if (both || isRecord) return valueDifferences(at, expected[key], actual[key]);
    return [difference(at, expected[key], actual[key])];
  });
}

/** Every place below `path` where the two values differ. Nothing, in whichever spelling, equals nothing. */
export function valueDifferences(
  path: string,
  expected: Json | undefined,
  actual: Json | undefined,
): Difference[] {
  if (!EXACT.test(path) && isVoid(expected) && isVoid(actual)) return [];
  if (isObject(expected) && isObject(actual)) return ofObjects(path, expected, actual);
  if (Array.isArray(expected) && Array.isArray(actual)) {
    if (UNORDERED.test(path))
      return ofTexts(path, expected.toSorted(byText), actual.toSorted(byText));
    if (expected.length === actual.length && expected.every(isObject)) {
      return expected.flatMap((item, index) =>
        valueDifferences(`${path}[${index}]`, item, actual[index]),
      );
    }
  }
  return ofTexts(path, expected, actual);
}

function ofTexts(path: string, expected: Json | undefined, actual: Json | undefined): Difference[] {
  return canonical(expected) === canonical(actual) ? [] : [difference(path, expected, actual)];
}

/** Plain helpers over the engine's JSON documents. */
import type { Json, JsonObject } from '../raw.js';

/** A deep copy that may be changed freely. What zod passed through is JSON, whatever its inferred type says. */
export function copyOf(document: object): JsonObject {
  return structuredClone(document) as JsonObject;
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object at `key`, or an empty one. */
export function objectAt(document: JsonObject, key: string): JsonObject {
  const value = document[key];
  return isObject(value) ? value : {};
}

/** The strings of the list at `key`, or an empty list. */
export function stringsAt(document: JsonObject, key: string): string[] {
  const value = document[key];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/**
 * The engine writes "nothing" in several ways (`null`, left out, `""`, `[]`, `{}`), depending on
 * its version and on the client that created the container. Zero and `false` are values:
 * `StopTimeout: 0` and `MemorySwappiness: 0` mean something else than no value.
 */
export function isVoid(value: Json | undefined): boolean {
  if (value === undefined || value === null || value === '') return true;
  if (Array.isArray(value)) return value.length === 0;
  return isObject(value) && Object.keys(value).length === 0;
}

/** JSON text that is the same for equal documents: the keys of every object are sorted. */
export function canonical(value: Json | undefined): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (isObject(value)) {
    const fields = Object.keys(value)
      .toSorted()
      .map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`);
    return `{${fields.join(',')}}`;
  }
  return JSON.stringify(value ?? null);
}

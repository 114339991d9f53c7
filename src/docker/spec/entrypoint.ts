/** How an entrypoint is asked for so that the inspect says the same again. */
import type { Json } from '../raw.js';

/**
 * `null` in an inspect means that there is none, also where the image has one (`--entrypoint ''`);
 * in a create it means "the image's". `[""]` asks for none, and inspects as `null` again. Measured
 * on 20.10 and 28.5 (facts/docker.md).
 */
export function entrypointRequest(observed: Json | undefined): Json {
  return observed ?? [''];
}

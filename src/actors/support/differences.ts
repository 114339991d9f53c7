import type { Difference } from '../../docker/spec/compare.js';

/** Where users keep secrets: of these a difference names the field, never a value. The journal has it. */
const mayBeSecret = /^(Config\.(Env|Labels|Cmd|Entrypoint|Healthcheck)|Path|Args)/;

export const inWords = (found: readonly Difference[]): { differences: string[] } => ({
  differences: found.map(({ path, expected, actual }) =>
    mayBeSecret.test(path) ? path : `${path}: ${expected} became ${actual}`,
  ),
});

import type { RawContainer } from '../raw.js';

/** Whether the container has a HEALTHCHECK that is not switched off, its own or its image's. */
export function hasHealthcheck(raw: RawContainer): boolean {
  const test = raw.Config.Healthcheck?.Test ?? [];
  if (test[0] === 'NONE') return false;
  return test.length > 0 || (raw.State.Health != null && raw.State.Health.Status !== 'none');
}

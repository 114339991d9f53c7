import { UsageError } from './usage-error.js';

/**
 * What may stand where a container or a run is named: the characters that Docker allows in names
 * and IDs. Anything else is a mistake in quoting, and would go into the path of an engine call.
 * @throws UsageError
 */
export function checkTarget(text: string, what: string): string {
  if (/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(text)) return text;
  throw new UsageError(`${JSON.stringify(text)} is not ${what}`);
}

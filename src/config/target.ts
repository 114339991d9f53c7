import { UsageError } from './usage-error.js';

/**
 * What may stand where a container or a run is named: the characters that Docker allows in names
 * and IDs. Anything else is a mistake in quoting, and would go into the path of an engine call.
 * @returns it without the slash that an inspect shows before a name
 * @throws UsageError
 */
export function checkTarget(text: string, what: string): string {
  const named = /^\/?(?<name>[a-zA-Z0-9][a-zA-Z0-9_.-]*)$/.exec(text)?.groups?.['name'];
  if (named !== undefined) return named;
  throw new UsageError(`${JSON.stringify(text)} is not ${what}`);
}

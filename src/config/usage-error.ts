import { GraftError } from '../errors.js';

/** What the user wrote cannot be meant: exit code 2. The message names where the value came from. */
export class UsageError extends GraftError {
  override readonly name = 'UsageError';
  constructor(message: string, hint: string | null = null, code = 'usage') {
    super({ code, message, hint });
  }
}

/** Something that DESIGN names and this version does not do yet: said plainly, never half done. */
export const unsupported = (what: string, hint: string | null = null): UsageError =>
  new UsageError(`${what} is not supported by this version`, hint, 'not-supported');

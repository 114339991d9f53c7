import { GraftError } from '../errors.js';

/** What the user wrote cannot be meant: exit code 2. The message names where the value came from. */
export class UsageError extends GraftError {
  override readonly name = 'UsageError';
  constructor(message: string, hint: string | null = null, code = 'usage') {
    super({ code, message, hint });
  }
}

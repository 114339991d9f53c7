import type { Failure } from '../machines/index.js';

/**
 * A failure with a code, a message and a hint, classified where it is thrown. The driver hands
 * it to the machine as plain data; the command line prints it as one line.
 */
export class GraftError extends Error {
  override readonly name: string = 'GraftError';
  constructor(readonly failure: Failure) {
    super(failure.message);
  }
}

/** Throws nothing itself: `throw failure(…)` reads well at the place where it is known what failed. */
export const failure = (code: string, message: string, hint: string | null = null): GraftError =>
  new GraftError({ code, message, hint });

/**
 * The engine, or the gateway beside it, did not answer until the step's deadline. It is no verdict on anything: the run is
 * left open exactly as it is, and `recover` goes on with it (DESIGN section 3).
 */
export class EngineSilent extends GraftError {
  override readonly name = 'EngineSilent';
  constructor(message: string, who: 'engine' | 'gateway' = 'engine') {
    super(
      who === 'gateway'
        ? {
            code: 'gateway-unreachable',
            message: `the gateway does not answer: ${message}`,
            hint: 'the run is left open as it is; openshell status shows whether the gateway is there; then run gpugraft recover',
          }
        : {
            code: 'engine-unreachable',
            message: `the engine does not answer: ${message}`,
            hint: 'the run is left open as it is; when the engine answers again, run gpugraft recover',
          },
    );
  }
}

/** The journal could not be written: no further act may be done (DESIGN section 3). */
export class JournalFailed extends GraftError {
  override readonly name = 'JournalFailed';
  constructor(message: string) {
    super({
      code: 'journal-failed',
      message,
      hint: 'the state folder needs space and must be writable; --state-dir names another one',
    });
  }
}

/** What comes of it, or why it cannot be done. @throws what is no failure of ours */
export async function orFailure<T>(act: () => T | Promise<T>): Promise<T | Failure> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof GraftError) return error.failure;
    throw error;
  }
}

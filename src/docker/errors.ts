/** The three ways in which an engine call does not resolve. See `port.ts`. */

/** The engine answered, and said no. */
export class EngineRefused extends Error {
  override readonly name = 'EngineRefused';
  /**
   * @param status the HTTP status (404 not there, 409 conflict, 400 bad request, 500 …)
   * @param message the engine's own text, as sent: sanitize before showing it on a terminal
   */
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** No request reached the engine: nothing was done. `kind` tells which hint helps. */
export class EngineUnreachable extends Error {
  override readonly name = 'EngineUnreachable';
  constructor(
    readonly kind: 'down' | 'permission' | 'client-missing' | 'context' | 'other-engine',
    message: string,
  ) {
    super(message);
  }
}

/** The request may have been executed, now or later: no answer came back (time-out, broken connection). */
export class EngineAmbiguous extends Error {
  override readonly name = 'EngineAmbiguous';
}

/** The engine's answer does not have the form that gpugraft relies on; `path` names the field. */
export class EngineAnswerInvalid extends Error {
  override readonly name = 'EngineAnswerInvalid';
}

/** Whether it is one of the ways in which an engine does not give the answer that was asked for. */
export const isEngineError = (error: unknown): error is Error =>
  [EngineUnreachable, EngineAmbiguous, EngineRefused, EngineAnswerInvalid].some(
    (kind) => error instanceof kind,
  );

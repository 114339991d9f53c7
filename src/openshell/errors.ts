/** The ways in which a gateway call does not resolve. See `port.ts`. */

/** gRPC's own words for why a call was answered with no. */
export type RefusalCode =
  | 'NotFound'
  | 'AlreadyExists'
  | 'FailedPrecondition'
  | 'InvalidArgument'
  | 'OutOfRange'
  | 'PermissionDenied'
  | 'Unauthenticated'
  | 'Unimplemented'
  /** The client itself, or gpugraft, would not send it: nothing of the kind exists, or a name that is none. */
  | 'Usage';

/** The gateway answered, and said no: nothing was begun. */
export class GatewayRefused extends Error {
  override readonly name = 'GatewayRefused';
  /** @param message the gateway's own text, without control characters */
  constructor(
    readonly code: RefusalCode,
    message: string,
  ) {
    super(message);
  }
}

/** Nothing reached a gateway: nothing was done. `kind` tells which hint helps. */
export class GatewayUnreachable extends Error {
  override readonly name = 'GatewayUnreachable';
  constructor(
    /**
     * `down`: no gateway answers; `client-missing`: `openshell` cannot be run; `client-failed`: it
     * died, or failed on its own account; `not-configured`: it does not know which gateway
     */
    readonly kind: 'down' | 'client-missing' | 'client-failed' | 'not-configured',
    message: string,
  ) {
    super(message);
  }
}

/** It may have been accepted, now or later: no answer came back, or one that does not say. */
export class GatewayAmbiguous extends Error {
  override readonly name = 'GatewayAmbiguous';
}

/** The answer does not have the form that gpugraft relies on. */
export class GatewayAnswerInvalid extends Error {
  override readonly name = 'GatewayAnswerInvalid';
}

/** Whether it is one of the ways in which a gateway does not give the answer that was asked for. */
export const isGatewayError = (error: unknown): error is Error =>
  [GatewayUnreachable, GatewayAmbiguous, GatewayRefused, GatewayAnswerInvalid].some(
    (kind) => error instanceof kind,
  );

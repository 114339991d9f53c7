/** A remark for the report: a stable kebab-case code, and one line. */
export interface Warning {
  readonly code: string;
  readonly message: string;
}

/** Why something is refused, and what a person can do about it. */
export interface Reason {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

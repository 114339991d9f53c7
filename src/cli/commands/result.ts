/** How a command ends: one of the two forms is written to stdout, by `--json`. */
export interface Result {
  /** One of `exit-codes.ts`, or that of a command of the user's. */
  readonly exit: number;
  /** The document of `--json`, as plain data; undefined: the command has told its result already. */
  readonly document: unknown;
  /** For people, cleaned, with a line end at its end; empty when there is nothing to say. */
  readonly text: string;
}

/** Runs that are a part of another one: of the same machine, each with a journal, a claim and a way back of its own. */
import type {
  Context,
  Failure,
  Options,
  Outcome,
  Rejoin,
  Warning,
} from '../../../machines/index.js';

export interface PartOrder {
  readonly runId: string;
  /** Full ID of the dependent. */
  readonly target: string;
  readonly options: Options;
  readonly rejoin: Rejoin;
  /** Whether the user's wish to cancel counts for it. */
  readonly cancellable: boolean;
}

/** Where a part came to rest. */
export interface PartRest {
  /** Null: it is not over. */
  readonly outcome: Outcome | null;
  /** Full ID of what it has made; null: of nothing, or that is gone. */
  readonly replacementId: string | null;
  /** Full ID of the container that it was to be made for; null: not known. */
  readonly on: string | null;
  readonly reason: Failure | null;
  /** What a person would be asked; null while it does not rest. */
  readonly question: Failure | null;
  /** Why it could not be driven on, such as an engine that does not answer. */
  readonly open: Failure | null;
  readonly warnings: readonly Warning[];
}

export interface PartRuns {
  /** As its journal has it; null: it was not begun. */
  standing(runId: string): PartRest | null;
  begin(order: PartOrder): Promise<PartRest>;
  goOn(
    part: Pick<PartOrder, 'runId' | 'cancellable'>,
    choice: Context['choice'],
  ): Promise<PartRest>;
}

/** What a part's own memory says of where it stands. Its outcome may be decided while it still clears up. */
export function restOf(
  { status, context }: { readonly status: string; readonly context: Context },
  open: Failure | null = null,
): PartRest {
  const { outcome, replacement, reason, secondReason, question, warnings, rejoin } = context;
  return {
    outcome: status === 'active' ? null : outcome,
    replacementId: replacement === null || replacement.gone ? null : replacement.id,
    on: rejoin?.to ?? null,
    reason: secondReason ?? reason,
    question,
    open,
    warnings,
  };
}

/** Codes of what a dependent's own run changes beside what it is for. */
const RELAYED = [
  'acls-not-kept',
  'backup-leaked',
  'ephemeral-ports',
  'image-by-id',
  'layer-carried',
  'layer-commit',
  'leftover',
  'logs-not-readable',
  'mac-unclear',
  'sockets-not-kept',
  'volume-nocopy',
  'volumes-by-name',
];

/** What there is to say of a dependent that was, or will be, made again, in the run that it is a part of. */
export const relayed = (name: string, warnings: readonly Warning[]): Warning[] =>
  warnings
    .filter(({ code }) => RELAYED.includes(code))
    .map(({ code, message }) => ({ code, message: `${name}: ${message}` }));

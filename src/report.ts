/** The one document that a command about a run prints with `--json` (DESIGN section 7): every field always there, null where it does not apply. */
import type { Attempt, Context, Failure, GpuProof, Outcome, Warning } from '../machines/index.js';

export interface Report {
  readonly schema: 1;
  readonly runId: string | null;
  /** Null for a usage error or a bug. */
  readonly outcome: Outcome | null;
  readonly container: {
    readonly name: string | null;
    readonly originalId: string | null;
    readonly replacementId: string | null;
  };
  readonly mode: string | null;
  readonly attempts: readonly Attempt[];
  readonly gpuProof: GpuProof | null;
  readonly backup: {
    readonly kind: 'container' | 'snapshot' | null;
    readonly name: string | null;
    readonly image: string | null;
    readonly removed: boolean | null;
  };
  /** True; false: one was begun and is not done; null: no rollback was tried. */
  readonly rolledBack: boolean | null;
  readonly reason: Failure | null;
  readonly warnings: readonly Warning[];
  /**
   * Milliseconds, by the engine's clock, from the original's end to the start of what runs now: the
   * replacement, or after a rollback the original. Null where it never ended, and for a run that is
   * neither grafted nor rolled back.
   */
  readonly downtimeMs: number | null;
  /** Paths on this machine; null once there is nothing to show. */
  readonly journal: string | null;
  readonly rescue: string | null;
  readonly diagnostics: string | null;
}

/** A report about nothing that ran: a usage error, a bug, an engine that could not be asked. */
export function emptyReport(
  outcome: Outcome | null,
  reason: Failure,
  name: string | null = null,
): Report {
  return {
    schema: 1,
    runId: null,
    outcome,
    container: { name, originalId: null, replacementId: null },
    mode: null,
    attempts: [],
    gpuProof: null,
    backup: { kind: null, name: null, image: null, removed: null },
    rolledBack: null,
    reason,
    warnings: [],
    downtimeMs: null,
    journal: null,
    rescue: null,
    diagnostics: null,
  };
}

/** Where a run keeps what it wrote; null for what it has not (or no longer) got. */
export interface RunFiles {
  readonly journal: string | null;
  readonly rescue: string | null;
}

/**
 * The report of a run, from what its machine recorded and nothing else.
 * @param open why the run could not be driven to an end (an engine that does not answer, a
 *   question to be answered): if anything was changed, it is stranded until `recover` goes on. Once
 *   the outcome is confirmed, it stays: only something of ours is still to be removed
 */
export function reportOf(context: Context, files: RunFiles, open: Failure | null): Report {
  const { original, replacement } = context;
  const uncleared =
    open === null || context.outcome === null || context.outcome === 'deferred'
      ? []
      : [notCleared(context, files, open)];
  return {
    schema: 1,
    runId: context.runId,
    outcome: outcomeOf(context, open),
    container: {
      name: original?.name ?? context.target,
      originalId: original?.id ?? null,
      replacementId: replacement?.id ?? null,
    },
    // What a rollback puts back was not grafted by it.
    mode: context.intent === 'undo' ? null : context.mode,
    attempts: context.attempts,
    gpuProof: context.gpuProof,
    backup: backupOf(context),
    rolledBack: isRollbackOpen(context, open) ? false : context.rolledBack,
    reason: reasonOf(context, files, open),
    warnings: [...context.warnings, ...uncleared],
    downtimeMs: downtimeOf(context),
    journal: files.journal,
    rescue: files.rescue,
    diagnostics: context.diagnostics,
  };
}

function outcomeOf({ outcome, changed }: Context, open: Failure | null): Outcome | null {
  // A deferred run that was asked for more, and could not be driven on.
  if (open !== null && outcome === 'deferred') return 'stranded';
  if (open === null || outcome !== null) return outcome;
  return changed ? 'stranded' : 'refused';
}

/** A rollback was begun and is not done. Its reason is recorded as it begins, and by nothing else that leaves a run undecided. */
const isRollbackOpen = ({ outcome, changed, reason }: Context, open: Failure | null): boolean =>
  open !== null && outcome === null && changed && reason !== null;

function reasonOf(context: Context, files: RunFiles, open: Failure | null): Failure | null {
  const isDecided = context.outcome !== null && context.outcome !== 'deferred';
  if (open === null || isDecided) return withSecond(context);
  const said = { ...open, hint: hintFor(context, files, open) };
  return isRollbackOpen(context, open) ? withSecond({ ...context, secondReason: said }) : said;
}

/** What is not on record cannot be recovered: it only looked, and has at most a probe to leave behind. */
function hintFor({ litter }: Context, { journal }: RunFiles, open: Failure): string | null {
  if (journal !== null || open.code !== 'engine-unreachable') return open.hint;
  const probes = litter.map(({ name }) => name).join(', ');
  const left = probes === '' ? '' : `; gpugraft doctor shows whether ${probes} is left`;
  return `nothing was changed; when the engine answers again, run the same command again${left}`;
}

function notCleared({ litter, runId }: Context, { journal }: RunFiles, open: Failure): Warning {
  const names = litter.map(({ kind, name }) => `the ${kind} ${name}`).join(', ');
  const way =
    journal === null
      ? 'gpugraft doctor shows what is left'
      : `gpugraft recover ${runId} removes what is left`;
  return {
    code: 'not-cleared',
    message: `what the run made was not seen to go: ${names} (${open.message}); ${way}`,
  };
}

/** Codes that say that the original is not there any more; with a snapshot it is made again all the same. */
const GONE = ['both-gone', 'no-way-back'];

/** Whether there is an original that can be put back by hand: not once it was removed, by us or by others. */
export const canBePutBack = (
  backup: { readonly removed: boolean | null; readonly kind?: string | null } | null,
  reason: Failure | null,
): boolean => {
  if (backup?.removed === true) return false;
  if (reason?.code === 'both-gone' && backup?.kind === 'snapshot') return backup.removed === false;
  return !GONE.includes(reason?.code ?? '');
};

/** The original set aside: not before the first change, and not any more once it has its name back. */
function backupOf({ changed, backup, outcome, carried }: Context): Report['backup'] {
  if (!changed || backup === null || outcome === 'rolledBack') {
    return { kind: null, name: null, image: null, removed: null };
  }
  const { kind, name, removed, snapshot } = backup;
  if (snapshot !== null) return { kind, name: null, image: snapshot.imageId, removed };
  // Set aside and not retired, it is a container, whatever it was to become.
  // What the original wrote is in its layer's image too, which may be all that others have left.
  const image = outcome === 'stranded' ? (carried?.imageId ?? null) : null;
  return { kind: 'container', name, image, removed };
}

/** The seed's words, literally (DESIGN section 7). */
export const restoredMessage = 'pre-patch sandbox restored';
export const notRestoredMessage = 'rollback failed; pre-patch sandbox was NOT restored';

function withSecond({ reason, secondReason, rolledBack }: Context): Failure | null {
  if (reason === null) return null;
  if (rolledBack === true) return { ...reason, message: `${reason.message}; ${restoredMessage}` };
  if (secondReason === null) return reason;
  return {
    code: secondReason.code,
    message: `${reason.message}; ${notRestoredMessage}: ${secondReason.message}`,
    hint: secondReason.hint ?? reason.hint,
  };
}

/** Only an outcome that was verified has one: of a run that stands, what runs is not known. */
function downtimeOf(context: Context): number | null {
  const { originalStoppedAt: stopped, outcome } = context;
  const ends = {
    grafted: context.replacementStartedAt,
    deferred: context.replacementStartedAt,
    rolledBack: context.originalRestartedAt,
  };
  const started = ends[outcome as keyof typeof ends] ?? null;
  if (stopped === null || started === null) return null;
  const ms = Date.parse(started) - Date.parse(stopped);
  return Number.isFinite(ms) && ms >= 0 ? ms : null;
}

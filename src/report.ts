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
    readonly kind: 'container' | null;
    readonly name: string | null;
    readonly image: string | null;
    readonly removed: boolean | null;
  };
  /** True, false, or null when no rollback was tried. */
  readonly rolledBack: boolean | null;
  readonly reason: Failure | null;
  readonly warnings: readonly Warning[];
  /**
   * Milliseconds, by the engine's clock, from the original's end to the start of what runs now: the
   * replacement, or after a rollback the original. Null where it never ended.
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
 *   question to be answered): if anything was changed, it is stranded until `recover` goes on
 */
export function reportOf(context: Context, files: RunFiles, open: Failure | null): Report {
  const { original, replacement } = context;
  return {
    schema: 1,
    runId: context.runId,
    outcome: open === null ? context.outcome : context.changed ? 'stranded' : 'refused',
    container: {
      name: original?.name ?? context.target,
      originalId: original?.id ?? null,
      replacementId: replacement?.id ?? null,
    },
    mode: context.mode,
    attempts: context.attempts,
    gpuProof: context.gpuProof,
    backup: backupOf(context),
    rolledBack: context.rolledBack,
    reason: open ?? withSecond(context),
    warnings: context.warnings,
    downtimeMs: downtimeOf(context),
    journal: files.journal,
    rescue: files.rescue,
    diagnostics: context.diagnostics,
  };
}

/** The original set aside: not before the first change, and not any more once it has its name back. */
function backupOf({ changed, backup, outcome }: Context): Report['backup'] {
  if (!changed || backup === null || outcome === 'rolledBack') {
    return { kind: null, name: null, image: null, removed: null };
  }
  return { kind: 'container', name: backup.name, image: null, removed: backup.removed };
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

function downtimeOf(context: Context): number | null {
  const { originalStoppedAt: stopped, rolledBack } = context;
  const started = rolledBack === true ? context.originalRestartedAt : context.replacementStartedAt;
  if (stopped === null || started === null) return null;
  const ms = Date.parse(started) - Date.parse(stopped);
  return Number.isFinite(ms) && ms >= 0 ? ms : null;
}

/** Answers (`--forward`, `--back`, `--abandon`) that a run on record does not ask for. Pure. */
import type { Context, Failure } from '../../machines/index.js';
import { failure } from '../errors.js';
import { emptyReport } from '../report.js';
import type { Report } from '../report.js';
import type { Snapshot } from '../runtime/driver.js';
import { stateMetaOf } from '../runtime/state-meta.js';

/**
 * An answer is obeyed or refused, never ignored: whoever says that the replacement stays must not
 * see it go. @returns the refusal; null: the answer fits
 */
export function misplacedAnswer(choice: Context['choice'], snapshot: Snapshot): Report | null {
  const { context, status } = snapshot;
  if (choice === null) return null;
  if (choice === 'finalize') {
    return context.outcome === 'deferred' ? null : refusedIn(context, notDeferred(context));
  }
  if (choice === 'back' && context.outcome === 'grafted') return refusedIn(context, over(context));
  if (status !== 'active') return null;
  if (context.confirmed) {
    if (choice === 'forward') return null;
    return refusedIn(context, choice === 'back' ? confirmed(context) : notAsked(choice, context));
  }
  const isDecided = stateMetaOf(snapshot).meta.onRecover === 'resume';
  return isDecided && choice !== 'back' ? refusedIn(context, notAsked(choice, context)) : null;
}

/** The report of a run on record that is left as it stands: what was asked for is not done. */
export function refusedIn(context: Context, reason: Failure): Report {
  const name = context.original?.name ?? null;
  return {
    ...emptyReport('refused', reason, name),
    runId: context.runId,
    container: {
      name,
      originalId: context.original?.id ?? null,
      replacementId: context.replacement?.id ?? null,
    },
  };
}

/** Forward, confirmed, done: such a run never goes back. */
function confirmed({ runId, backup, original }: Context): Failure {
  const why = `run ${runId} was interrupted after the replacement had been confirmed`;
  return failure(
    'confirmed',
    backup?.removed === true
      ? `${why} and the backup removed: there is nothing to go back to`
      : `${why}: it can only be completed, and that removes the backup`,
    `gpugraft recover ${runId} completes it; where somebody has put the original back by hand, gpugraft rollback ${original?.name ?? ''} ends it`,
  ).failure;
}

const notAsked = (choice: string, { runId, confirmed: isConfirmed }: Context): Failure =>
  failure(
    'not-asked',
    `run ${runId} is ${isConfirmed ? 'confirmed and being completed' : 'on its way back already'}: --${choice} is no answer to it, and nothing was done`,
    `gpugraft recover ${runId} goes on with it`,
  ).failure;

const notDeferred = ({ runId }: Context): Failure =>
  failure(
    'not-deferred',
    `run ${runId} was not deferred, or has been finalized since: nothing was done`,
    `gpugraft recover ${runId} shows how it stands`,
  ).failure;

/** A run that ended well is undone, not recovered. */
const over = ({ runId, original }: Context): Failure =>
  failure(
    'over',
    `run ${runId} is over: it ended grafted, and there is nothing to recover`,
    `gpugraft rollback ${original?.name ?? runId} brings a kept backup back`,
  ).failure;

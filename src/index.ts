/** The public names of the library. */
import type { Options } from '../machines/index.js';
import { resolveOptions } from './config/options.js';
import type { RunFlags } from './config/options.js';

export { graft, listRuns, plan, recover, rollback } from './graft.js';
export type { PlanResult, RunSummary } from './graft.js';
export type { Progress } from './progress.js';
export type { Report } from './report.js';
export type { Session } from './session.js';
export type { RunFlags } from './config/options.js';
export type { Failure, Mode, Options, Outcome, StateMeta, Warning } from '../machines/index.js';

/**
 * The options of a run, as the command line would understand the same words: `options({ mode:
 * 'cdi', readyTimeout: '5m' })`. The environment is not looked at.
 * @throws UsageError for the first value that is not valid
 */
export const options = (words: RunFlags = {}): Options => resolveOptions(words, {});

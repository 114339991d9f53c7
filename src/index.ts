/**
 * The public names of the library. `graft`, `rollback`, `recover` and `plan` answer with a report
 * whatever happens, and throw on a bug alone. `listRuns` and `options` have no report to say it
 * with: they throw a `GraftError`, whose `failure` has a code, a message and a hint.
 */
import type { Options } from '../machines/index.js';
import { resolveOptions } from './config/options.js';
import type { RunFlags } from './config/options.js';

export { graft, listRuns, plan, recover, rollback } from './graft.js';
export type { PlanResult, RunSummary } from './graft.js';
export { GraftError } from './errors.js';
export type { Progress } from './progress.js';
export type { Report } from './report.js';
export type { Session } from './session.js';
export type { RunFlags } from './config/options.js';
export type { Failure, Mode, Options, Outcome, StateMeta, Warning } from '../machines/index.js';

/**
 * The options of a run, as the command line would understand the same words: `options({ mode:
 * 'cdi', readyTimeout: '5m' })`. The environment is not looked at.
 * @throws GraftError `usage` for the first value that is not valid
 */
export const options = (words: RunFlags = {}): Options => resolveOptions(words, {});

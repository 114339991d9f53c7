/** The public names of the library. */
export { graft, listRuns, plan, recover, rollback } from './graft.js';
export type { PlanResult, RunSummary } from './graft.js';
export type { Progress } from './progress.js';
export type { Report } from './report.js';
export type { Session } from './session.js';
export type { Failure, Mode, Options, Outcome, StateMeta, Warning } from '../machines/index.js';

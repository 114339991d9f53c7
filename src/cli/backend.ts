/** What the command line has done for it. Each part is loaded when it is used: `--help` must stay quick. */
import type { Options } from '../../machines/index.js';
import type { Commands, Diagnosis } from '../doctor/diagnosis.js';
import type { PlanResult, RunSummary, SeenRun } from '../graft.js';
import type { Report } from '../report.js';
import type { Session } from '../session.js';

export type Choice = 'forward' | 'back' | 'abandon';

export interface Backend {
  graft(target: string, options: Options, session: Session): Promise<Report>;
  rollback(target: string, options: Options, session: Session): Promise<Report>;
  recover(runId: string, choice: Choice | null, session: Session): Promise<Report>;
  plan(target: string, options: Options, session: Session): Promise<PlanResult>;
  listRuns(stateDir: string): Promise<RunSummary[]>;
  /** Asks the engine only where a run on record has left a backup; never fails for its silence. */
  withBackupsSeen(runs: readonly RunSummary[], session: Session): Promise<SeenRun[]>;
  /** @param image the one that probes are to use; null: any that is there */
  diagnose(image: string | null, session: Session, commands: Commands): Promise<Diagnosis>;
}

export const realBackend: Backend = {
  graft: async (...given) => (await import('../graft.js')).graft(...given),
  rollback: async (...given) => (await import('../graft.js')).rollback(...given),
  recover: async (...given) => (await import('../graft.js')).recover(...given),
  plan: async (...given) => (await import('../graft.js')).plan(...given),
  listRuns: async (...given) => (await import('../graft.js')).listRuns(...given),
  withBackupsSeen: async (...given) => (await import('../graft.js')).withBackupsSeen(...given),
  diagnose: async (...given) => (await import('../doctor/index.js')).diagnose(...given),
};

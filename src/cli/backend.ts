/** What the command line has done for it. Each part is loaded when it is used: `--help` must stay quick. */
import type { Choice, Options } from '../../machines/index.js';
import type { Commands, Diagnosis } from '../doctor/diagnosis.js';
import type { InspectorOptions, OpenInspector } from '../inspector/index.js';
import type { CreateOrder, Creation } from '../create.js';
import type { OnDemand, PlanResult, RunSummary, SeenRun } from '../graft.js';
import type { Report } from '../report.js';
import type { Session } from '../session.js';

export interface Backend {
  graft(target: string, options: Options, session: Session): Promise<Report>;
  create(order: CreateOrder, session: Session): Promise<Creation>;
  rollback(target: string, options: Options, session: Session): Promise<Report>;
  recover(runId: string, choice: Choice | null, session: Session): Promise<Report>;
  plan(target: string, options: Options, session: Session): Promise<PlanResult>;
  listRuns(stateDir: string): Promise<RunSummary[]>;
  /** Asks the engine only where a run on record has left a backup; never fails for its silence. */
  withBackupsSeen(runs: readonly RunSummary[], session: Session): Promise<SeenRun[]>;
  inspect(stateDir: string, options: InspectorOptions): Promise<OpenInspector>;
  exportRun(stateDir: string, runId: string, file: string): Promise<void>;
  collect(target: string, session: Session): Promise<OnDemand>;
  /** For somebody who types one; rejects where the engine does not answer at once. */
  containerNames(session: Session): Promise<readonly string[]>;
  /** @param image the one that probes are to use; null: any that is there */
  diagnose(image: string | null, session: Session, commands: Commands): Promise<Diagnosis>;
}

export const realBackend: Backend = {
  graft: async (...given) => (await import('../graft.js')).graft(...given),
  create: async (...given) => (await import('../create.js')).create(...given),
  rollback: async (...given) => (await import('../graft.js')).rollback(...given),
  recover: async (...given) => (await import('../graft.js')).recover(...given),
  plan: async (...given) => (await import('../graft.js')).plan(...given),
  listRuns: async (...given) => (await import('../graft.js')).listRuns(...given),
  withBackupsSeen: async (...given) => (await import('../graft.js')).withBackupsSeen(...given),
  inspect: async (...given) => (await import('../inspector/index.js')).openInspector(...given),
  exportRun: async (...given) => (await import('../inspector/index.js')).exportRun(...given),
  collect: async (...given) => (await import('../graft.js')).diagnoseContainer(...given),
  containerNames: async (...given) =>
    (await import('../composition/names.js')).containerNames(...given),
  diagnose: async (...given) => (await import('../doctor/index.js')).diagnose(...given),
};

/** The labels on what we make and never let stay: probes and claims. The replacement carries none of them. */
import type { Holder } from '../../../machines/index.js';
import type { RawContainer } from '../../docker/raw.js';
import { ROLE_LABEL } from '../../docker/spec/manager-labels.js';

const RUN = 'io.gpugraft.run';
const HOST = 'io.gpugraft.host';
const PID = 'io.gpugraft.pid';
const STATE_DIR = 'io.gpugraft.state-dir';
const ORIGINAL = 'io.gpugraft.original';
const REPLACEMENT = 'io.gpugraft.replacement';
const NAME = 'io.gpugraft.name';

export type Labels = Readonly<Record<string, string>>;

const holderLabels = ({ runId, host, pid, stateDir }: Holder): Record<string, string> => ({
  [RUN]: runId,
  [HOST]: host,
  [PID]: String(pid),
  [STATE_DIR]: stateDir,
});

export const probeLabels = (holder: Holder): Record<string, string> => ({
  [ROLE_LABEL]: 'probe',
  ...holderLabels(holder),
});

export const rehearsalLabels = (holder: Holder): Record<string, string> => ({
  [ROLE_LABEL]: 'rehearsal',
  ...holderLabels(holder),
});

/** On the empty container that wins a name to prove it free. */
export const placeholderLabels = (runId: string): Record<string, string> => ({
  [ROLE_LABEL]: 'placeholder',
  [RUN]: runId,
});

export interface Claimed {
  readonly originalId: string;
  readonly originalName: string;
  readonly replacementId: string | null;
}

export const claimLabels = (holder: Holder, claimed: Claimed): Record<string, string> => ({
  [ROLE_LABEL]: 'claim',
  ...holderLabels(holder),
  [ORIGINAL]: claimed.originalId,
  [REPLACEMENT]: claimed.replacementId ?? '',
  [NAME]: claimed.originalName,
});

/** What finds every claim on the engine. */
export const claimFilter = [`${ROLE_LABEL}=claim`] as const;

/** Who made a container of ours; null for one that is not ours. */
export function holderOf(labels: Labels): Holder | null {
  const runId = labels[RUN];
  if (labels[ROLE_LABEL] === undefined || runId === undefined) return null;
  const pid = Number(labels[PID]);
  return {
    runId,
    host: labels[HOST] ?? '',
    pid: Number.isInteger(pid) ? pid : 0,
    stateDir: labels[STATE_DIR] ?? '',
  };
}

/** The container IDs that a claim is about. */
export const claimedIds = (labels: Labels): string[] =>
  [labels[ORIGINAL], labels[REPLACEMENT]].filter(
    (id): id is string => id !== undefined && id !== '',
  );

/** The name that the original had when it was claimed; null for what claims none. */
export const claimedName = (labels: Labels): string | null => labels[NAME] ?? null;

export const labelsOf = (raw: RawContainer): Labels => raw.Config.Labels ?? {};

/** Our own labels among a container's. */
export const ourLabelsIn = (labels: Labels): Record<string, string> =>
  Object.fromEntries(Object.entries(labels).filter(([key]) => key.startsWith('io.gpugraft.')));

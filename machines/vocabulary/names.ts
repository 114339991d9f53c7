/**
 * The names that a run will use, all decided from its ID before anything is made, so that the
 * journal knows them ahead of the act (invariant 3) and nobody else can have them.
 */
import type { Gateway } from './facts.js';
import type { Mode } from './modes.js';
import { shellWord } from './shell-word.js';

/** Docker takes longer ones; 253 is what a host name and the seed allow. */
const longestName = 253;

function named(name: string, suffix: string): string {
  return name.slice(0, longestName - suffix.length) + suffix;
}

/** The engine-wide lock on a container is the one container that can have this name. */
export const claimName = (containerId: string): string => `gpugraft-claim-${containerId}`;
export const probeName = (runId: string, mode: Mode): string => `gpugraft-probe-${runId}-${mode}`;
export const replacementName = (name: string, runId: string): string =>
  named(name, `.gpugraft-${runId}`);
export const backupName = (name: string, runId: string): string =>
  named(name, `.gpugraft-backup-${runId}`);
/** Of the container that is made from a snapshot to see whether it can be, and never started. */
export const rehearsalName = (runId: string): string => `gpugraft-rehearsal-${runId}`;
/** Of the original, made again from its snapshot, before it gets its name. */
export const recreatedName = (name: string, runId: string): string =>
  named(name, `.gpugraft-again-${runId}`);
/** The comment by which the image of a commit is found, whoever heard of its making. */
export const layerMark = (runId: string): string => `gpugraft layer ${runId}`;
/** Where a replacement goes that could not be removed in a rollback. */
export const partedName = (name: string, runId: string): string =>
  named(name, `.gpugraft-failed-${runId}`);

/** How a person tells the openshell client which sandbox: both are labels, which may hold anything. */
export const sandboxWords = ({ sandbox, workspace }: Gateway): string =>
  `${workspace === null ? '' : `--workspace ${shellWord(workspace)} `}${shellWord(sandbox)}`;

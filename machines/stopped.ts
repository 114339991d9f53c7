/** What is particular to an original that did not run when it was found: nothing is started, in either direction. */
import type { Context } from './vocabulary/context.js';
import type { GpuProof, Original } from './vocabulary/facts.js';
import type { Warning } from './vocabulary/failure.js';
import type { Mode } from './vocabulary/modes.js';

export const isStopped = ({ original }: Pick<Context, 'original'>): boolean =>
  original?.running === false;

/** Warnings that screening gives of the replacement that such an original gets, by their codes. */
const OF_REPLACEMENT = ['left-stopped', 'gpu-unproven', 'policy-idle'];

/** What was said beforehand of a replacement that is gone is no news of the original. */
export const withoutForecasts = (warnings: readonly Warning[]): Warning[] =>
  warnings.filter(({ code }) => !OF_REPLACEMENT.includes(code));

/** For a run that takes a graft back: whatever has run since, the original is put back as it was found. */
export const putBackStopped = ({ name, running }: Original): Warning[] =>
  running
    ? []
    : [
        {
          code: 'put-back-stopped',
          message: `${name} did not run when it was grafted, so the original is put back stopped`,
        },
      ];

/** What an inspect shows of a container that was not started. */
export const proofUnstarted = (mode: Mode | null): GpuProof =>
  mode === null
    ? { level: 'skipped', detail: 'its GPU access stays as it is' }
    : mode === 'none'
      ? { level: 'absent', detail: 'the container, which was not started, asks for none' }
      : { level: 'requested', detail: 'the request is in the container, which was not started' };

/** Whether the warnings of a run say that its containers are not to run. */
export const saysStopped = (warnings: readonly Warning[]): boolean =>
  warnings.some(({ code }) => code === 'left-stopped' || code === 'put-back-stopped');

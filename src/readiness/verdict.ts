import type { ActorOutput } from '../../machines/index.js';

/** What one poll of a readiness source answers, without the time of it (DESIGN section 6). */
export type Verdict = Omit<ActorOutput<'pollSupervisor'>, 'at'>;

export const ready = (reason: string): Verdict => ({ verdict: 'ready', reason });
export const pending = (reason: string): Verdict => ({ verdict: 'pending', reason });
/** Counts towards the debounce. */
export const error = (reason: string): Verdict => ({ verdict: 'error', reason });
/** Definite: nothing that comes later can make it ready. */
export const failed = (reason: string): Verdict => ({ verdict: 'failed', reason });
export const interrupted = (reason: string): Verdict => ({ verdict: 'interrupted', reason });

/** The phase of a sandbox, from whatever a gateway or its client calls it. */
import type { Phase } from '../port.js';

/** As the gateway's protocol numbers them, from 0. */
const NUMBERED: readonly Phase[] = [
  'unknown',
  'provisioning',
  'ready',
  'error',
  'deleting',
  'unknown',
  'stopping',
  'stopped',
  'starting',
  'completed',
];

const NAMED: ReadonlyMap<string, Phase> = new Map([
  ['provisioning', 'provisioning'],
  ['ready', 'ready'],
  ['error', 'error'],
  ['failed', 'error'],
  ['crashloopbackoff', 'error'],
  ['deleting', 'deleting'],
  ['stopping', 'stopping'],
  ['stopped', 'stopped'],
  ['starting', 'starting'],
  ['completed', 'completed'],
]);

/** `Ready`, `SANDBOX_PHASE_READY`, `2`: one and the same. A word that nobody here knows is `unknown`, never an error. */
export function phaseOf(raw: string | number): Phase {
  const word = String(raw).trim().toLowerCase();
  if (/^\d+$/.test(word)) return NUMBERED[Number(word)] ?? 'unknown';
  return NAMED.get(word.replace(/^sandbox_phase_/, '').replaceAll(/[^a-z]/g, '')) ?? 'unknown';
}

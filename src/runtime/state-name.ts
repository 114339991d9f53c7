import type { StateValue } from 'xstate';

/** `{ cutover: 'quiescingOriginal' }` reads `cutover.quiescingOriginal`; the machine has no parallel states. */
export function stateName(value: StateValue): string {
  if (typeof value === 'string') return value;
  const [first] = Object.entries(value);
  if (first === undefined) return '';
  return first[1] === undefined ? first[0] : `${first[0]}.${stateName(first[1])}`;
}

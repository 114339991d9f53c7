/** Every state of the machine in a row, for the README and for whoever reads along. */
import { allStates } from './definition.js';
import type { StateText } from './definition.js';

export interface Row {
  readonly state: string;
  readonly kind: StateText['kind'];
  readonly description: string;
  readonly step: string;
  readonly actor: string | null;
  readonly undo: string | null;
  readonly cause: string;
  readonly onRecover: StateText['meta']['onRecover'];
  /** Such as `fails → rollback`. */
  readonly exits: readonly string[];
}

const exitText = ({ on, guard, to }: StateText['exits'][number]): string =>
  `${on === 'error' ? 'fails' : on}${guard === null ? '' : ` [${guard}]`} → ${to === '' ? 'stays' : to}`;

/** The table of states, in the order of the definition. */
export const table = (): readonly Row[] =>
  allStates().map((state) => ({
    state: state.path,
    kind: state.kind,
    description: state.description,
    step: state.meta.step,
    actor: state.actor,
    undo: state.meta.undo,
    cause: state.meta.cause,
    onRecover: state.meta.onRecover,
    exits: state.exits.map((exit) => exitText(exit)),
  }));

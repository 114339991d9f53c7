/** The machine's definition as plain data, for the page. */
import { graftMachine } from '../../../machines/index.js';
import { allStates } from '../../model/definition.js';
import { ON_RECOVER } from '../../doctor/condition.js';
import type { Chart } from './film.js';

export const chart = (): Chart => ({
  version: String(graftMachine.version),
  states: allStates().map(({ path, name, kind, description, meta, actor, exits, initial }) => ({
    path,
    name,
    kind,
    description,
    step: meta.step,
    undo: meta.undo,
    cause: meta.cause,
    onRecover: meta.onRecover,
    actor,
    exits,
    initial,
  })),
  recovery: ON_RECOVER,
});

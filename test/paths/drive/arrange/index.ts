/**
 * For every answer of every actor: what is done to the world just before that actor runs, so
 * that the real one gives this answer.
 */
import type { ActorName } from '../../../../machines/index.js';
import type { Arrange } from '../faults.js';
import { beginning } from './beginning.js';
import { end } from './end.js';
import { middle } from './middle.js';

export const arrangements: { readonly [N in ActorName]: Readonly<Record<string, Arrange>> } = {
  ...beginning,
  ...middle,
  ...end,
};

/**
 * Frames as the events that Stately's inspector takes. The protocol is that of `@statelyai/inspect`
 * 0.7: one `@xstate.actor` with the machine's definition, then for each event an `@xstate.event` and an
 * `@xstate.snapshot`. Pure.
 */
import type { Frame, Json } from '../film/film.js';
import type { Reel } from './reel.js';

/** The protocol's version that these events are of. */
const VERSION = '0.7.2';

export interface StatelyEvent {
  readonly type: '@xstate.actor' | '@xstate.event' | '@xstate.snapshot';
  readonly _version: string;
  readonly id: string;
  readonly rootId: string;
  readonly sessionId: string;
  /** Milliseconds since the epoch, as text. */
  readonly createdAt: string;
  readonly [more: string]: unknown;
}

/** `cutover.quiescingOriginal` is `{ cutover: 'quiescingOriginal' }` there. */
function valueOf(state: string): Json {
  const dot = state.indexOf('.');
  return dot < 0 ? state : { [state.slice(0, dot)]: valueOf(state.slice(dot + 1)) };
}

const eventOf = ({ cause: { kind, name, data } }: Frame): { readonly [key: string]: Json } => {
  if (kind === 'start') return { type: 'xstate.init' };
  if (kind === 'done') return { type: `xstate.done.actor.${name ?? ''}`, output: data };
  if (kind === 'error') return { type: `xstate.error.actor.${name ?? ''}`, error: data };
  return { type: name ?? '', data };
};

/** @param from the first frame that was not told yet, by its index */
export function statelyEvents(reel: Reel, definition: string, from: number): StatelyEvent[] {
  return reel.frames.slice(from).flatMap((frame, offset) => {
    const index = from + offset;
    const common = {
      _version: VERSION,
      rootId: reel.runId,
      sessionId: reel.runId,
      createdAt: String(frame.at),
    };
    const context = Object.fromEntries(
      reel.keys().map((key) => [key, reel.valueAt(key, index) ?? null]),
    );
    const status = frame.over ? 'done' : 'active';
    const snapshot = { status, value: valueOf(frame.state), context };
    const event = eventOf(frame);
    const named = (type: StatelyEvent['type'], more: object): StatelyEvent => ({
      ...common,
      ...more,
      type,
      id: `${reel.runId}-${frame.seq}-${type}`,
    });
    return [
      ...(index === 0
        ? [named('@xstate.actor', { name: 'graft', definition, snapshot })]
        : [named('@xstate.event', { event })]),
      named('@xstate.snapshot', { event, snapshot }),
    ];
  });
}

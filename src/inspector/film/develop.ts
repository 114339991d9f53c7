/** From lines of a journal to frames of a film. */
import { z } from 'zod';
import type { Cause, Frame, Json } from './film.js';
import { plain } from './plain.js';

/** A journal's line, or what the driver tells of one that it has just written. */
export interface Exposure {
  readonly seq: number;
  /** ISO time. */
  readonly at: string;
  readonly state: string;
  readonly event: Readonly<Record<string, unknown>> | null;
  readonly snapshot: Readonly<Record<string, unknown>>;
}

const snapshotSchema = z.looseObject({
  status: z.string().catch('active'),
  context: z.record(z.string(), z.unknown()).catch({}),
  children: z
    .record(
      z.string(),
      z.looseObject({
        src: z.string(),
        snapshot: z.looseObject({ input: z.unknown() }).catch({ input: null }),
      }),
    )
    .catch({}),
});

const KINDS: Readonly<Record<string, 'done' | 'error'>> = {
  'xstate.done.actor.': 'done',
  'xstate.error.actor.': 'error',
};

function causeOf(event: Exposure['event']): Cause {
  if (event === null) return { kind: 'start', name: null, data: null };
  const { type, ...rest } = event;
  const name = String(type).slice(0, 200);
  for (const [prefix, kind] of Object.entries(KINDS)) {
    if (!name.startsWith(prefix)) continue;
    const data = kind === 'done' ? rest['output'] : rest['error'];
    return { kind, name: name.slice(prefix.length), data: plain(data ?? null) };
  }
  const kind = name === 'CANCEL' ? 'cancel' : name === 'RECOVER' ? 'recover' : 'other';
  return { kind, name, data: plain(rest) };
}

/** Develops one line after the other: a frame says what differs from the one before. */
export class Developer {
  #context = new Map<string, string>();
  #at = 0;

  frame(line: Exposure): Frame {
    const { status, context, children } = snapshotSchema.parse(line.snapshot);
    const [child] = Object.values(children);
    const at = Date.parse(line.at);
    // A clock that is set back, or a line that says no time, must not turn the film around.
    this.#at = Number.isFinite(at) ? Math.max(at, this.#at) : this.#at;
    return {
      seq: line.seq,
      at: this.#at,
      state: line.state.slice(0, 200),
      cause: causeOf(line.event),
      actor: child === undefined ? null : { name: child.src, input: plain(child.snapshot.input) },
      over: status !== 'active',
      changes: this.#changes(context),
    };
  }

  #changes(context: Readonly<Record<string, unknown>>): Record<string, Json> {
    const changes: [string, Json][] = [];
    for (const [key, value] of Object.entries(context)) {
      const shown = plain(value);
      const text = JSON.stringify(shown);
      if (this.#context.get(key) === text) continue;
      this.#context.set(key, text);
      changes.push([key.slice(0, 200), shown]);
    }
    return Object.fromEntries(changes);
  }
}

import type { Flags } from '../program/invocation.js';
import type { Io } from '../io.js';
import { styleFor } from '../style.js';
import { EventStory } from './events.js';
import { LiveStory } from './live.js';
import { PlainStory } from './plain.js';
import type { Story } from './story.js';

/** Who else writes to the terminal: what another one wrote must not be drawn over. */
export type Company = 'alone' | 'beside a command';

/** Which way of telling fits: `--events` wins over `--quiet`, a terminal that can be redrawn gets the live one. */
export function storyFor(io: Io, flags: Flags, company: Company = 'alone'): Story {
  if (flags.events === true) return new EventStory(io);
  if (flags.quiet === true) return new QuietStory();
  const redraws = company === 'alone' && io.stderr.isTTY && io.env['TERM'] !== 'dumb';
  if (!redraws) return new PlainStory(io);
  return new LiveStory(io, styleFor(io.stderr, io.env, flags.color !== false));
}

/** Remembers the step, for whoever asks, and tells nothing. */
class QuietStory implements Story {
  step: string | null = null;
  entered(progress: Parameters<Story['entered']>[0]): void {
    this.step = progress.meta.step;
  }
  say(): void {}
  end(): void {
    this.step = null;
  }
}

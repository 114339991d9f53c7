/** `--events`: for programs, one JSON line on stderr for each state entered, and nothing else. */
import type { Progress } from '../../progress.js';
import type { Io } from '../io.js';
import { jsonText } from '../sanitize.js';
import type { Story } from './story.js';

export class EventStory implements Story {
  step: string | null = null;

  constructor(readonly io: Pick<Io, 'stderr'>) {}

  entered({ runId, seq, at, state, meta }: Progress): void {
    this.step = meta.step;
    this.io.stderr.write(`${jsonText({ schema: 1, runId, seq, at, state })}\n`);
  }

  /** Text for people would break the lines of a program. */
  say(): void {}

  end(): void {
    this.step = null;
  }
}

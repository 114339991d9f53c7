/** Without a terminal: one line a step, with the time since the run began. */
import type { Progress } from '../../progress.js';
import type { Io } from '../io.js';
import { lengthText } from '../render/text.js';
import type { Story } from './story.js';
import { Teller } from './telling.js';

export class PlainStory implements Story {
  step: string | null = null;
  #teller = new Teller();
  #runId: string | null = null;
  #beganAt = 0;

  constructor(readonly io: Pick<Io, 'stderr' | 'now'>) {}

  entered(progress: Progress): void {
    const now = this.io.now();
    if (progress.runId !== this.#runId) {
      this.#runId = progress.runId;
      this.#teller = new Teller();
      this.#beganAt = now;
    }
    this.step = progress.meta.step;
    const { step, turn, wait } = this.#teller.tell(progress, now);
    if (turn !== null) this.#line(now, `turning back: ${turn}`);
    if (step !== null) this.#line(now, step);
    if (wait !== null) this.#line(now, wait);
  }

  #line(now: number, text: string): void {
    const elapsed = lengthText(now - this.#beganAt);
    this.io.stderr.write(`${elapsed.padStart(8)}  ${text}\n`);
  }

  say(line: string): void {
    this.io.stderr.write(`${line}\n`);
  }

  end(): void {
    this.step = null;
  }
}

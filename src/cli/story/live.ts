/** On a terminal: finished steps above, and one line that lives with the step at work. */
import type { Progress } from '../../progress.js';
import type { Io } from '../io.js';
import { cut, lengthText } from '../render/text.js';
import type { Style } from '../style.js';
import type { Story } from './story.js';
import { Teller } from './telling.js';

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'] as const;
/** Often enough to look alive, and far below 1 % of a processor. */
const REDRAW_MS = 200;
/** Back to the line's start, and everything on it gone. */
const CLEAR = '\r\u001b[2K';

export class LiveStory implements Story {
  step: string | null = null;
  #teller = new Teller();
  #last: Progress | null = null;
  #since = 0;
  #told: string | null = null;
  #frame = 0;
  #stop: () => void;

  constructor(
    readonly io: Pick<Io, 'stderr' | 'now' | 'every'>,
    readonly style: Style,
  ) {
    this.#stop = io.every(REDRAW_MS, () => this.#draw());
  }

  entered(progress: Progress): void {
    const now = this.io.now();
    if (progress.runId !== this.#last?.runId) this.#teller = new Teller();
    const { step, turn } = this.#teller.tell(progress, now);
    if (step !== null || progress.meta.onRecover === 'over') {
      this.#finishStep(now, turn === null);
      this.#since = now;
      this.#told = step;
    }
    if (turn !== null) this.#above(`${this.style.warn('↩')} turning back: ${turn}`);
    this.step = progress.meta.step;
    this.#last = progress;
    this.#draw();
  }

  /** The step that was at work moves up, with the time it took. */
  #finishStep(now: number, well: boolean): void {
    if (this.#told === null) return;
    const took = this.style.dim(lengthText(now - this.#since));
    const mark = well ? this.style.good('✓') : this.style.bad('✗');
    this.#above(`${mark} ${this.#told}  ${took}`);
    this.#told = null;
  }

  #above(line: string): void {
    this.io.stderr.write(`${CLEAR}${line}\n`);
  }

  #draw(): void {
    if (this.#last === null || this.#last.meta.onRecover === 'over') return;
    const now = this.io.now();
    this.#frame = (this.#frame + 1) % FRAMES.length;
    const wait = this.#teller.standing(this.#last.context, now);
    const parts = [
      this.#told ?? this.#last.meta.step,
      lengthText(now - this.#since),
      ...(wait === null ? [] : [wait]),
    ];
    const text = cut(parts.join('  '), this.io.stderr.columns - 3);
    this.io.stderr.write(`${CLEAR}${FRAMES[this.#frame]} ${text}`);
  }

  say(line: string): void {
    this.#above(line);
    this.#draw();
  }

  end(): void {
    this.#stop();
    if (this.#last !== null) this.io.stderr.write(CLEAR);
    this.#last = null;
    this.step = null;
  }
}

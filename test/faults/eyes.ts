/** What must hold at every instant of a play (facts/reliability.md, marked T there), and is seen as it happens. */
import type { Context } from '../../machines/index.js';
import type { JournalLine } from '../../src/runtime/journal-line.js';
import type { Call, Verdict } from '../memory/index.js';
import { Looks } from './looks.js';
import { CANARY, NAME, type Stage } from './stage.js';

const FULL_ID = /^[0-9a-f]{64}$/;
/** A run that has turned back is in none of these again. A person's answer may send one that rests on with its wait. */
const FORWARD = ['discovery', 'selection', 'preparation', 'cutover'];

export class Eyes {
  readonly #wrong = new Set<string>();
  /** The last durable line, as text and as it is. */
  #last: { readonly text: string; readonly line: JournalLine } | null = null;
  #isBack = false;
  #confirmed = false;
  /** Others have removed the original. */
  #taken = false;
  /** Each by its ID, as it was called when it was last looked at. */
  readonly #names = new Map<string, string>();

  readonly looks: Looks;

  constructor(readonly stage: Stage) {
    this.looks = new Looks(stage.lab.engine);
    stage.lab.engine.watch(() => this.#originalIsThere());
  }

  get wrong(): readonly string[] {
    return [...this.#wrong];
  }

  /** All that the rest of a play can depend on. */
  get did(): readonly unknown[] {
    return [this.#isBack, this.#confirmed, this.#taken, this.looks.did];
  }

  /** Of the run that wrote the last line; empty: none was written. */
  get runId(): string {
    return this.#last?.line.runId ?? '';
  }

  /** Whether the outcome is on record, and all that is left is to clear up. */
  get isDecided(): boolean {
    return this.#context?.outcome != null && this.#context.outcome !== 'deferred';
  }

  get #context(): Context | undefined {
    return this.#last?.line.snapshot['context'] as Context | undefined;
  }

  /** Told of each line as it is written. @param text the same as text */
  line(line: JournalLine, text = JSON.stringify(line)): void {
    if (text.includes(CANARY)) this.#wrong.add('19: the journal tells a secret');
    this.#turns(line);
    // A line may say more of the step that goes on.
    if (line.state !== this.#last?.line.state) this.looks.step();
    this.#last = { text, line };
  }

  /** 4: forward, then to the end or back; never forward again, and never back once confirmed. */
  #turns({ state, snapshot }: JournalLine): void {
    const [phase = ''] = state.split('.');
    const { confirmed, intent } = snapshot['context'] as Context;
    if (phase === 'rollback') {
      if (this.#confirmed && intent === 'graft')
        this.#wrong.add(`4: back to ${state} once confirmed`);
      this.#isBack = true;
    } else if (this.#isBack && FORWARD.includes(phase)) {
      this.#wrong.add(`4: forward to ${state} after going back`);
    }
    this.#confirmed = confirmed;
  }

  /** 3, 13: what is changed was named before, durably, and by nothing that another could have. */
  call(call: Call, verdict: Verdict | undefined): void {
    const { changing, method, args } = call;
    if (!changing) {
      if (verdict === undefined) this.looks.look(call);
      this.#found(String(args[0]));
      return;
    }
    const unseen = this.#context === undefined ? null : this.looks.change(call, this.#context);
    if (unseen !== null) this.#wrong.add(unseen);
    const target = String(args[0]);
    // What is found by a name that only this run can have goes by its ID.
    const { engine } = this.stage.lab;
    const name = engine.find(target)?.name ?? engine.core.images.get(target)?.comment;
    const isOnRecord = (word = ''): boolean =>
      word !== '' && this.#last?.text.includes(word) === true;
    // Since it was looked at, it may have landed already, or others may have given it another name.
    const known = [target, name, this.#names.get(target)].some((word) => isOnRecord(word));
    if (!known) this.#wrong.add(`3: ${method} ${target.slice(0, 12)} is on no record`);
    const byId = FULL_ID.test(target) || target.startsWith('sha256:');
    if (method === 'createContainer') {
      if (target === NAME) this.#wrong.add('13: it creates under a name that others use');
    } else if (method === 'connectNetwork') {
      if (!FULL_ID.test(String(args[1]))) this.#wrong.add(`13: ${method} names no ID`);
    } else if (!byId) this.#wrong.add(`13: ${method} is told ${target}`);
  }

  #found(ref: string): void {
    const found = this.stage.lab.engine.find(ref);
    if (found !== null) this.#names.set(found.id, found.name);
  }

  /** 1: the original is there, or what it can be made again from, or the run is confirmed. */
  #originalIsThere(): void {
    const { lab, watched } = this.stage;
    const { containers, images } = lab.engine.core;
    if (containers.has(watched.originalId)) return;
    const removal = lab.engine.events.findLast(
      ({ id, action }) => id === watched.originalId && action === 'destroy',
    );
    if (removal !== undefined && lab.engine.core.actor === 'outsider') this.#taken = true;
    if (this.#taken) return;
    const context = this.#context;
    if (context === undefined) return;
    const { backup, original, confirmed } = context;
    if (containers.has(original?.id ?? '') || confirmed) return;
    const image = backup?.snapshot?.imageId ?? original?.imageId ?? '';
    if (!images.has(image)) this.#wrong.add('1: the original is gone, and so is its image');
  }
}

/** What is being done, or how it ended, in words. */
import { h, set, show, write } from './dom.js';
import { at, textIn } from './reel.js';
import type { Store } from './store.js';
import { WaitPart } from './wait.js';
import { lengthText, spaced } from './words.js';

const TONES: Readonly<Record<string, string>> = {
  grafted: 'good',
  unchanged: 'good',
  refused: 'warn',
  rolledBack: 'warn',
  stranded: 'bad',
};

export class NowPart {
  readonly element: HTMLElement;
  readonly #badge = h('span', { class: 'badge' });
  readonly #elapsed = h('span', { class: 'elapsed' });
  readonly #title = h('h2');
  readonly #text = h('p', { class: 'about' });
  readonly #reason = h('p', { class: 'reason' });
  readonly #hint = h('p', { class: 'hint' });
  readonly #facts = h('dl', { class: 'facts' });
  readonly #wait: WaitPart;

  constructor(readonly store: Store) {
    this.#wait = new WaitPart(store);
    this.element = h(
      'section',
      { class: 'now', 'aria-label': 'What is being done' },
      h('p', { class: 'line' }, this.#badge, this.#elapsed),
      this.#title,
      this.#text,
      this.#reason,
      this.#hint,
      this.#wait.element,
      this.#facts,
    );
    store.on(() => this.update());
  }

  update(): void {
    const { frame, atlas, reel, cursor } = this.store;
    this.#wait.update();
    if (frame === null) {
      this.#head('idle', 'No line yet', 'idle');
      write(this.#text, reel.standing.problem ?? 'The run has written nothing so far.');
      for (const part of [this.#reason, this.#hint]) show(part, false);
      return;
    }
    const state = atlas.state(frame.state);
    const { badge, tone } = this.#badgeOf();
    this.#head(badge, state?.step ?? spaced(frame.state), tone);
    write(this.#elapsed, this.#elapsedText());
    write(this.#text, state?.description ?? this.#strange());
    const failure = this.#failure(frame.over);
    show(this.#reason, failure.length > 0);
    write(this.#reason, failure.join('; '));
    const hint = this.#hintText(cursor);
    show(this.#hint, hint !== null);
    write(this.#hint, hint ?? '');
    this.#fill();
  }

  #head(badge: string, title: string, tone: string): void {
    write(this.#badge, badge);
    write(this.#title, title);
    set(this.element, 'data-tone', tone);
  }

  #badgeOf(): { badge: string; tone: string } {
    const { frame, reel, atHead, isLive, atlas } = this.store;
    if (frame?.over === true) {
      return { badge: 'outcome', tone: TONES[frame.state] ?? 'warn' };
    }
    if (!atHead) return { badge: 'replay', tone: 'replay' };
    if (atlas.state(frame?.state ?? '')?.kind === 'resting')
      return { badge: 'at rest', tone: 'warn' };
    if (reel.standing.problem !== null) return { badge: 'unreadable from here on', tone: 'bad' };
    if (reel.standing.holder === 'gone') return { badge: 'interrupted', tone: 'bad' };
    return isLive ? { badge: 'live', tone: 'live' } : { badge: 'as it stood', tone: 'replay' };
  }

  #elapsedText(): string {
    const { reel, cursor, isLive, now, frame } = this.store;
    const since = reel.sinceBegin(cursor);
    if (frame?.over === true) return `after ${lengthText(since)}`;
    const lasted = isLive ? now - (frame?.at ?? now) : reel.durationAt(cursor);
    const begin = `at ${lengthText(since)}`;
    return lasted === null ? begin : `${lengthText(lasted)} · ${begin}`;
  }

  #strange(): string {
    const { reel, atlas } = this.store;
    return reel.machine === atlas.chart.version
      ? 'This state is none of the machine.'
      : `Machine version ${reel.machine ?? 'unknown'} wrote this; the picture is of version ${atlas.chart.version}, which has no such state.`;
  }

  #failure(isOver: boolean): string[] {
    const { reel, cursor } = this.store;
    const question = at(reel.valueAt('question', cursor), 'message');
    if (!isOver && textIn(question) !== null) return [textIn(question) ?? ''];
    return ['reason', 'secondReason'].flatMap(
      (key) => textIn(at(reel.valueAt(key, cursor), 'message')) ?? [],
    );
  }

  #hintText(cursor: number): string | null {
    const { reel, frame, atlas, atHead } = this.store;
    if (frame === null) return null;
    const { problem, holder } = reel.standing;
    if (atHead && problem !== null) return problem;
    const state = atlas.state(frame.state);
    if (atHead && holder === 'gone' && !frame.over && state?.kind !== 'resting') {
      return `gpugraft recover ${reel.runId}: ${atlas.chart.recovery[state?.onRecover ?? ''] ?? ''}`;
    }
    for (const key of ['question', 'secondReason', 'reason']) {
      const hint = textIn(at(reel.valueAt(key, cursor), 'hint'));
      if (hint !== null) return hint;
    }
    return null;
  }

  #fill(): void {
    const { reel, cursor } = this.store;
    const text = (key: string): string | null => textIn(reel.valueAt(key, cursor));
    const [stopped, started, again] = [
      text('originalStoppedAt'),
      text('replacementStartedAt'),
      text('originalRestartedAt'),
    ].map((time) => (time === null ? NaN : Date.parse(time)));
    const outcome = text('outcome');
    const up = outcome === 'rolledBack' ? again : outcome === 'grafted' ? started : NaN;
    const downtime = (up ?? NaN) - (stopped ?? NaN);
    const proof = reel.valueAt('gpuProof', cursor);
    const rows: (readonly [string, string | null])[] = [
      ['mode', text('mode')],
      ['GPU', textIn(at(proof, 'level'))],
      ['downtime', downtime >= 0 ? lengthText(downtime) : null],
      ['original', textIn(at(reel.valueAt('original', cursor), 'id'))?.slice(0, 12) ?? null],
      ['replacement', textIn(at(reel.valueAt('replacement', cursor), 'id'))?.slice(0, 12) ?? null],
    ];
    const shown = rows.filter(([, value]) => value !== null);
    const wanted = JSON.stringify(shown);
    if (this.#facts.dataset['is'] === wanted) return;
    this.#facts.dataset['is'] = wanted;
    this.#facts.replaceChildren(
      ...shown.map(([label, value]) => h('div', {}, h('dt', {}, label), h('dd', {}, value))),
    );
  }
}

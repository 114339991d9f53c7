/** SIGINT, SIGTERM and SIGHUP are a wish, never an end: the machine withdraws, goes back or completes. */
import type { Io } from './io.js';
import type { Story } from './story/story.js';

export interface Cancel {
  readonly signal: AbortSignal;
  /** Signals mean again what they mean to any process. */
  stop(): void;
}

/** @param recover the command that goes on with what was killed */
export function listenForCancel(
  io: Pick<Io, 'onSignal' | 'pid'>,
  story: Story,
  recover: string,
): Cancel {
  const controller = new AbortController();
  const stop = io.onSignal((name) => {
    const step = story.step ?? 'at work';
    if (controller.signal.aborted) {
      story.say(
        `${name} again: still ${step}, and going on to a safe end. kill -9 ${io.pid} ends this process now; ${recover} then goes on`,
      );
      return;
    }
    story.say(`${name}: cancelling while ${step}; the container is brought to a safe end first`);
    controller.abort(name);
  });
  return { signal: controller.signal, stop };
}

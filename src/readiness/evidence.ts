import type { RawContainer } from '../docker/raw.js';
import { failed, interrupted, pending } from './verdict.js';
import type { Verdict } from './verdict.js';

export interface Evidence {
  readonly raw: RawContainer;
  /** So many restarts by its policy are no failure: a person has seen them. An engine's restart sets the count to 0. */
  readonly acceptedRestarts: number;
  /** The engine was started anew since the replacement was started. */
  readonly engineRestarted: boolean;
  /** How it ended, in words; asked for only when it is down. */
  readonly describeEnd: () => Promise<string>;
}

/**
 * The container's own evidence, which comes before any source's word: null while it runs. One
 * that ended is a definite failure at once, also when its policy starts it again; one that went
 * down together with its engine has not failed at all.
 */
export async function judgeEvidence({
  raw,
  acceptedRestarts,
  engineRestarted,
  describeEnd,
}: Evidence): Promise<Verdict | null> {
  const { State: state } = raw;
  if (state.Status === 'removing') return failed('somebody removes it');
  if (state.Paused) return pending('it is paused');
  if (raw.RestartCount > acceptedRestarts) {
    const times = raw.RestartCount === 1 ? 'once' : `${raw.RestartCount} times`;
    return failed(`it ended by itself and was restarted ${times}: ${await describeEnd()}`);
  }
  if (state.Running && !state.Restarting) return null;
  if (engineRestarted && !state.Restarting) return interrupted('it went down with its engine');
  return failed(await describeEnd());
}

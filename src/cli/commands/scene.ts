/** What a command works with. */
import '../jitless.js';
import { checkTarget } from '../../config/target.js';
import { resolveSession } from '../../config/session.js';
import { gpugraftCommand } from '../../docker/command.js';
import type { Session } from '../../session.js';
import type { Backend } from '../backend.js';
import type { Io } from '../io.js';
import type { Flags, Invocation } from '../program/invocation.js';
import { relayOf } from '../relay.js';
import type { Relay } from '../relay.js';
import { listenForCancel } from '../signals.js';
import { storyFor } from '../story/choose.js';
import type { Company } from '../story/choose.js';
import type { Style } from '../style.js';
import { styleFor } from '../style.js';

export interface Scene {
  readonly io: Io;
  readonly backend: Backend;
  readonly args: readonly string[];
  readonly flags: Flags;
  readonly session: Session;
  /** For commands that are to be pasted. */
  readonly relay: Relay;
  /** For stdout. */
  readonly style: Style;
}

/** @throws UsageError for flags or variables that name no engine or folder */
export function setScene({ args, flags }: Invocation, io: Io, backend: Backend): Scene {
  const session = resolveSession(flags, io.env);
  return {
    io,
    backend,
    args,
    flags,
    session,
    relay: relayOf(flags, session),
    style: styleFor(io.stdout, io.env, flags.color !== false),
  };
}

/** The container or run that is named; undefined where none is. @throws UsageError */
export const targetOf = ({ args: [word] }: Scene, what: string): string | undefined =>
  word === undefined ? undefined : checkTarget(word, what);

/**
 * Runs something that tells a story and can be cancelled. A signal becomes the wish to cancel
 * (the machine decides what comes of it); the process lives on until the work has come to an end.
 */
export async function withStory<T>(
  scene: Scene,
  work: (session: Session) => Promise<T>,
  company: Company = 'alone',
): Promise<T> {
  const story = storyFor(scene.io, scene.flags, company);
  const cancel = listenForCancel(scene.io, story, gpugraftCommand('recover', scene.relay.gpugraft));
  try {
    return await work({
      ...scene.session,
      signal: cancel.signal,
      onProgress: (progress) => story.entered(progress),
    });
  } finally {
    cancel.stop();
    story.end();
  }
}

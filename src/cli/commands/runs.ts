import { EXIT } from '../exit-codes.js';
import { renderRuns } from '../render/runs.js';
import { seenConditionOf } from '../../doctor/condition.js';
import { relayedIn } from '../relay.js';
import { cleaned } from '../sanitize.js';
import type { Result } from './result.js';
import type { Scene } from './scene.js';

/** `gpugraft runs`: every run on record, newest first. */
export async function runs({ backend, session, relay, io }: Scene): Promise<Result> {
  const all = await backend.withBackupsSeen(await backend.listRuns(session.stateDir), session);
  const listed = all.map((run) => ({ ...relayedIn(run, relay), condition: seenConditionOf(run) }));
  return {
    exit: EXIT.ok,
    document: { schema: 1, runs: listed },
    text: renderRuns(cleaned(listed), io.now()),
  };
}

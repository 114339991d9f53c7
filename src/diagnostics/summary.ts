/** `summary.txt` of a bundle: one `key=value` a line, begun when the rollback begins and ended with the run. */
import type { ActorInput, Attempt, Context, Outcome } from '../../machines/index.js';
import { dockerCommand, scriptCommand } from '../docker/command.js';
import type { Engine } from '../docker/command.js';

/** What is known when the bundle is written. */
export function summaryOf(
  { original, replacementId, gateway, reason }: ActorInput<'collectDiagnostics'>,
  runId: string,
  now: number,
): string {
  return linesOf({
    created_at: new Date(now).toISOString(),
    run_id: runId,
    container_name: original.name,
    sandbox_name: gateway?.sandbox ?? 'none',
    error: `${reason.code}: ${reason.message}`,
    old_container_id: original.id,
    new_container_id: replacementId ?? 'none',
  });
}

export interface SummaryEnd {
  /** As it is reported. */
  readonly outcome: Outcome | null;
  /** The script that puts the original back by hand; null where nothing needs it. */
  readonly rescue: string | null;
  /** The one that the run talked to. */
  readonly engine: Engine;
}

/** What is known when the run is over, or rests: how it stands, and what a person does about the rest. */
export function summaryEnd(context: Context, { outcome, rescue, engine }: SummaryEnd): string {
  return linesOf({
    selected_gpu_mode: context.mode ?? 'none',
    gpu_mode_attempts: context.attempts.map(attemptText).join('; '),
    backup_container: context.backup?.name ?? 'none',
    outcome: outcome ?? 'open',
    rolled_back: rolledBackWord(context),
    cleanup_commands: cleanUp(context, rescue, engine).join('; ') || 'none',
  });
}

const attemptText = ({ mode, ok, reason }: Attempt): string =>
  ok ? `${mode} works` : `${mode} fails: ${reason ?? 'no reason given'}`;

function rolledBackWord({ rolledBack }: Context): 'no' | 'yes' | 'failed' {
  if (rolledBack === null) return 'no';
  return rolledBack ? 'yes' : 'failed';
}

/** The names are ours or the engine has taken them: none needs quoting. */
const cleanUp = ({ leftovers }: Context, rescue: string | null, engine: Engine): string[] => [
  ...(rescue === null ? [] : [scriptCommand(rescue, engine)]),
  ...leftovers.map((name) => `${dockerCommand(engine)} rm --force ${name}`),
];

const linesOf = (values: Readonly<Record<string, string>>): string =>
  Object.entries(values)
    .map(([key, value]) => `${key}=${value.replaceAll('\n', ' ')}\n`)
    .join('');

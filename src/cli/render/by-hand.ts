/** What a person does where gpugraft could not finish: commands that can be pasted. */
import { partedName, saysStopped } from '../../../machines/index.js';
import { canBePutBack } from '../../report.js';
import type { Report } from '../../report.js';
import { dockerCommand, scriptCommand } from '../../docker/command.js';
import { shellWord } from '../../../machines/index.js';
import type { Engine } from '../../docker/command.js';

/** One way to go on: what it does and the commands for it, each a line of its own. */
export interface WayOn {
  readonly what: string;
  readonly commands: readonly string[];
}

/**
 * For a stranded run: how to see what stands where, and how to put the original back with nothing
 * but the docker client. The rescue script knows the restart policy and checks as it goes; the
 * single commands are for where it is gone. Where the original is gone, nothing brings it back.
 */
export function waysByHand(report: Report, engine: Engine): WayOn[] {
  const { name, originalId, replacementId } = report.container;
  const docker = dockerCommand(engine);
  const ids = [originalId, replacementId].filter((id) => id !== null);
  if (ids.length === 0) return [];
  const filters = ids.map((id) => `--filter id=${id}`).join(' ');
  const look = { what: 'see both', commands: [`${docker} ps -a --no-trunc ${filters}`] };
  if (!canBePutBack(report.backup, report.reason)) return [look];
  if (report.rescue !== null) {
    const rescue = {
      what: 'put the original back',
      commands: [scriptCommand(report.rescue, engine)],
    };
    return [look, rescue];
  }
  // One that was retired is made again by the rescue script, or not at all.
  const isRetired = report.backup.kind === 'snapshot';
  if (originalId === null || replacementId === null || name === null || isRetired) return [look];
  const aside = partedName(name, report.runId ?? 'failed');
  const commands = [
    `${docker} stop ${replacementId}`,
    `${docker} rename ${replacementId} ${shellWord(aside)}`,
    `${docker} rename ${originalId} ${shellWord(name)}`,
    // What did not run when it was found is not started.
    ...(saysStopped(report.warnings) ? [] : [`${docker} start ${originalId}`]),
  ];
  return [look, { what: 'put the original back', commands }];
}

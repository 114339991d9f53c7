/** What brings the original back by hand, with nothing but a shell and the docker client. */
import { z } from 'zod';
import type { RescueDocument } from '../actors/support/scope.js';
import { gpugraftCommand } from '../docker/command.js';
import { shellWord } from '../../machines/index.js';
import type { Engine } from '../docker/command.js';
import type { Session } from '../session.js';
import { gatewayFirst, gatewayLast } from './rescue-gateway.js';
import { rawContainer } from '../docker/raw.js';
import type { RawContainer } from '../docker/raw.js';

/** As one word of a shell. */
export const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

export function rescueJson(document: RescueDocument): string {
  return `${JSON.stringify({ schema: 1, ...document }, null, 2)}\n`;
}

const rescueDocument = z.looseObject({ inspect: rawContainer });

/** The original's inspect in a rescue document; null where the text is not one. */
export function inspectIn(json: string | null): RawContainer | null {
  try {
    return json === null ? null : rescueDocument.parse(JSON.parse(json)).inspect;
  } catch {
    return null;
  }
}

/**
 * The script goes by the original's full ID, does nothing that is done already, and can be run
 * again. It moves whatever else has the name out of the way, and deletes nothing.
 * @param session the engine that the run talks to (`DOCKER_HOST` or `DOCKER_CONTEXT` name another way to it), and the run's folder
 */
export function rescueScript(
  { runId, original, replacementName, gateway }: RescueDocument,
  session: Session,
): string {
  const { id, name, policy, running } = original;
  // Whoever runs it has neither the flags nor the variables of the run.
  const command = (words: string): string => gpugraftCommand(words, session);
  return `#!/bin/sh
# Written by gpugraft, run ${runId}: puts the original container back, by hand.
# It needs the docker client and the same engine (DOCKER_HOST, DOCKER_CONTEXT). It deletes nothing.
set -eu
${engineLine(session)}
original=${quoted(id)}
name=${quoted(name)}

docker inspect --format 'original: {{.Name}} {{.State.Status}}' "$original"
${gatewayFirst(gateway)}
# Whatever has the name, or was to have it, is stopped and kept down first: the two must not run together.
${gateway === null ? '' : 'aside=\n'}for other in "$name" ${quoted(replacementName)}; do
  id=$(docker inspect --type container --format '{{.Id}}' "$other" 2>/dev/null || true)
  if [ -n "$id" ] && [ "$id" != "$original" ]; then
${gateway === null ? '' : '    aside=$id\n'}    docker stop "$id"
    docker update --restart no "$id"
    if [ "$other" = "$name" ]; then docker rename "$id" "$name.gpugraft-failed-${runId}"; fi
  fi
done

if [ "$(docker inspect --format '{{.Name}}' "$original")" != "/$name" ]; then
  docker rename "$original" "$name"
fi
docker update --restart ${quoted(restartWord(policy))} "$original"
${running ? gatewayLast(gateway, 'original', 'aside') : NOT_STARTED}
docker inspect --format 'restored: {{.Name}} {{.State.Status}}' "$original"
printf '%s\n' ${quoted(`what is left of the run goes with: ${command(`rollback ${shellWord(name)}`)}`)}
`;
}

/** What did not run is not started. */
export const NOT_STARTED = '# It did not run when it was found, so it is not started.';

/** As `docker update --restart` takes it. */
export function restartWord({
  name,
  maximumRetryCount,
}: RescueDocument['original']['policy']): string {
  const counts = name === 'on-failure' && maximumRetryCount > 0;
  return counts ? `${name}:${maximumRetryCount}` : name;
}

/** Only where a flag named the engine; otherwise the docker client knows it as it did for the run. */
export function engineLine({ context, host }: Engine): string {
  const way =
    context === null
      ? host === null
        ? null
        : `DOCKER_HOST=${quoted(host)}`
      : `DOCKER_CONTEXT=${quoted(context)}`;
  if (way === null) return '';
  return `if [ -z "\${DOCKER_HOST:-}\${DOCKER_CONTEXT:-}" ]; then export ${way}; fi
`;
}

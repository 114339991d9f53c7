/** What makes an original that was removed again by hand, with nothing but a shell and the docker client. */
import { stringifyLossless } from '../docker/lossless-json.js';
import type { Json } from '../docker/raw.js';
import type { SnapshotDocument } from '../actors/support/scope.js';
import type { Session } from '../session.js';
import { NOT_STARTED, engineLine, quoted, restartWord } from './rescue.js';
import { gatewayFirst, gatewayLast } from './rescue-gateway.js';
import type { RunFolder } from './store.js';

const connectKey = (at: number): string => `connect-${at}`;

/**
 * The document that takes the place of the rescue of a container. What the engine is sent stands on
 * one line each, for a shell has no other way to read it.
 */
export function snapshotJson(document: SnapshotDocument): string {
  const { body, connect, ...rest } = document;
  const connections = connect.map(({ endpoint }, at) => [connectKey(at), endpoint]);
  const fields: [string, unknown][] = [
    ['schema', 1],
    ['create', body],
    ...(connections as [string, unknown][]),
    ...Object.entries(rest),
  ];
  // What the script sends to the engine is as the engine wrote it: a limit may be wider than a number here.
  const isSent = (key: string): boolean => key === 'create' || key.startsWith('connect-');
  const textOf = (key: string, value: unknown): string =>
    isSent(key) ? stringifyLossless(value as Json) : JSON.stringify(value);
  const lines = fields.map(([key, value]) => `  ${JSON.stringify(key)}: ${textOf(key, value)}`);
  return `{\n${lines.join(',\n')}\n}\n`;
}

/**
 * The script creates the container again beside what has its place, and only then takes that down.
 * It deletes nothing, does nothing that is done already, and can be run again wherever it has ended.
 * @param folder where the document lies
 */
export function snapshotScript(
  { original, snapshot, apiVersion, connect, gateway }: SnapshotDocument,
  { runId, rescueFiles: [json] }: RunFolder,
  session: Session,
): string {
  const { name, policy, running } = original;
  const connections = connect.map(
    (
      { network, name: joined },
      at,
    ) => `  if ! docker inspect --format '{{json .NetworkSettings.Networks}}' "$id" | grep -qF ${quoted(`"${joined}":`)}; then
    { printf '{"Container":"%s","EndpointConfig":' "$id"; field ${connectKey(at)}; printf '}'; } | call POST ${quoted(`/networks/${network}/connect`)} >/dev/null
  fi
`,
  );
  return `#!/bin/sh
# Written by gpugraft, run ${runId}: makes the original container again from its snapshot, by hand.
# It needs the docker client and the same engine (DOCKER_HOST, DOCKER_CONTEXT). It deletes nothing.
set -eu
${engineLine(session)}
document=${quoted(json)}
name=${quoted(name)}
again="$name.gpugraft-again-${runId}"
failed="$name.gpugraft-failed-${runId}"

# A line of the document, as it is sent to the engine.
field() { sed -n "s/^  \\"$1\\": \\(.*\\),\\$/\\1/p" "$document" | tr -d '\\n'; }
# One request to the engine, its body from stdin. The connection is kept open until the answer is there.
call() {
  body=$(cat)
  {
    printf '%s /v${apiVersion}%s HTTP/1.1\\r\\nHost: docker\\r\\nContent-Type: application/json\\r\\n' "$1" "$2"
    printf 'Content-Length: %s\\r\\nConnection: close\\r\\n\\r\\n' "$(printf %s "$body" | wc -c)"
    printf %s "$body"
    sleep 2
  } | docker system dial-stdio | {
    read -r _ status _
    answer=$(cat)
    case $status in
      2*) printf '%s\\n' "$answer" ;;
      *) printf '%s\\n' "$answer" >&2; exit 1 ;;
    esac
  }
}

${gatewayFirst(gateway)}# The original itself, should it stand after all; what an earlier go has made; or one that is made now.
id=$(docker inspect --type container --format '{{.Id}}' ${quoted(original.id)} 2>/dev/null || true)
if [ -z "$id" ] && [ -e "$document.id" ]; then
  id=$(docker inspect --type container --format '{{.Id}}' "$(cat "$document.id")" 2>/dev/null || true)
fi
if [ -z "$id" ]; then
  docker image inspect --format 'its image is there: {{.Id}}' ${quoted(snapshot.imageId)}
  id=$(docker inspect --type container --format '{{.Id}}' "$again" 2>/dev/null || true)
  if [ -z "$id" ]; then
    id=$(field create | call POST "/containers/create?name=$again" | sed -n 's/.*"Id":"\\([0-9a-f]*\\)".*/\\1/p')
  fi
  [ -n "$id" ]
${connections.join('')}  printf '%s' "$id" >"$document.id"
fi

# What has the name is stopped and kept down first: the two must not run together.
other=$(docker inspect --type container --format '{{.Id}}' "$name" 2>/dev/null || true)
if [ "$other" = "$id" ]; then other=; fi
if [ -n "$other" ]; then
  docker stop "$other"
  docker update --restart no "$other"
  docker rename "$other" "$failed"
  printf 'what had its place stands stopped as %s\\n' "$failed"
fi
if [ "$(docker inspect --format '{{.Name}}' "$id")" != "/$name" ]; then docker rename "$id" "$name"; fi
docker update --restart ${quoted(restartWord(policy))} "$id"
${running ? gatewayLast(gateway, 'id', 'other') : NOT_STARTED}
docker inspect --format 'restored: {{.Name}} {{.State.Status}}' "$id"
`;
}

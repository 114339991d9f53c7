/** What a rescue script does beside the engine where a gateway watches the container. */
import { sandboxWords, shellWord } from '../../machines/index.js';
import type { Gateway } from '../../machines/index.js';

/** Before anything is stopped: behind its back that is an Error for good at a gateway that stops sandboxes itself. */
export const gatewayFirst = (gateway: Gateway | null): string =>
  gateway?.lifecycle === true
    ? `
# Its gateway stops it first; a stop behind its back is an Error for good. Where it is stopped already, it is content.
openshell=\${GPUGRAFT_OPENSHELL_BIN:-openshell}
if ! "$openshell" sandbox stop ${sandboxWords(gateway)}; then
  printf '%s\\n' 'the gateway did not stop the sandbox, and nothing was changed: one that is Starting can be stopped' \\
    'once it is Ready; where it says Error, that is for good, and what runs now is all that there is' >&2
  exit 1
fi
`
    : '';

/**
 * The start. Of two containers a gateway takes the newest for a start and the oldest for the phase, so
 * that the other one has to go; the script itself deletes nothing.
 * @param own the variable with the ID of what is started
 * @param other the variable with the ID of what was moved out of the way; empty: nothing was
 */
export function gatewayLast(gateway: Gateway | null, own: string, other: string): string {
  const start = `docker start "$${own}"`;
  if (gateway === null) return start;
  const says = 'its gateway counts both containers of the sandbox; now do: docker rm -f';
  if (!gateway.lifecycle) {
    return `${start}
if [ -n "$${other}" ]; then printf '${says} %s\\n' "$${other}"; fi`;
  }
  const resume = `sandbox start ${sandboxWords(gateway)}`;
  return `if [ -n "$${other}" ]; then
  printf '${says} %s && %s\\n' "$${other}" ${shellWord(`openshell ${resume}`)}
else
  "$openshell" ${resume}
fi`;
}

/** Which published ports the engine chooses anew at every start. */
import type { RawContainer } from '../raw.js';

/** Port names such as `80/tcp` whose host port is not fixed: none given, `0`, or a range. */
export function ephemeralPorts(observed: RawContainer): string[] {
  const bindings = Object.entries(observed.HostConfig.PortBindings ?? {});
  const chosen = bindings
    .filter(([, hosts]) => (hosts ?? []).some(({ HostPort: port }) => !/^[1-9]\d*$/.test(port)))
    .map(([port]) => port);
  const exposed = Object.keys((observed.Config['ExposedPorts'] as object | null | undefined) ?? {});
  const fixed = new Set(bindings.map(([port]) => port));
  const published = observed.HostConfig.PublishAllPorts === true ? exposed : [];
  return [...chosen, ...published.filter((port) => !fixed.has(port))];
}

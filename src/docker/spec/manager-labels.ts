/** Labels by which other programs find the containers that they manage. */

/** What identifies ours: the claim and the probes carry `io.gpugraft.role`. */
export const ROLE_LABEL = 'io.gpugraft.role';

const PREFIXES = [
  'com.docker.compose.',
  'com.docker.swarm.',
  'com.docker.stack.',
  'openshell.ai/',
  'io.kubernetes.',
  'com.hashicorp.nomad.',
  'com.amazonaws.ecs.',
  'io.balena.',
  'devcontainer.',
  'org.testcontainers',
];

export function isManagerLabel(key: string): boolean {
  return PREFIXES.some((prefix) => key.startsWith(prefix));
}

type Labels = Readonly<Record<string, string>>;

/**
 * The labels for a container of ours that no manager may take for its own: managers' labels are
 * left out, and blanked where the image would bring them back (facts/docker.md: an image's label
 * can be set to `""`, not dropped). `own` is put on top.
 */
export function unmanagedLabels(
  labels: Labels,
  imageLabels: Labels,
  own: Labels,
): Record<string, string> {
  const kept = Object.entries(labels).filter(([key]) => !isManagerLabel(key));
  const blanked = Object.keys(imageLabels)
    .filter(isManagerLabel)
    .map((key) => [key, ''] as const);
  return { ...Object.fromEntries(kept), ...Object.fromEntries(blanked), ...own };
}

/** Symbolic links that distributions ship for folders: a diff names a path behind them, a mount the one before. */

/** The link, and where it points in Debian, Ubuntu, Fedora, Arch and their kin. */
const USUAL_LINKS: readonly (readonly [string, string])[] = [
  ['/bin', '/usr/bin'],
  ['/sbin', '/usr/sbin'],
  ['/lib', '/usr/lib'],
  ['/lib32', '/usr/lib32'],
  ['/lib64', '/usr/lib64'],
  ['/libx32', '/usr/libx32'],
  ['/usr/sbin', '/usr/bin'],
  ['/var/run', '/run'],
  ['/var/lock', '/run/lock'],
];

/**
 * The path, and what it is where the image has the usual links: `/var/run/docker.sock` is listed as
 * `/run/docker.sock`, and `/sbin/docker-init` as `/usr/sbin/docker-init` (measured on both engines).
 */
export function behindUsualLinks(path: string): string[] {
  const found = [path];
  for (const [link, target] of USUAL_LINKS) {
    const behind = found
      .filter((each) => each === link || each.startsWith(`${link}/`))
      .map((each) => target + each.slice(link.length));
    found.push(...behind);
  }
  return found;
}

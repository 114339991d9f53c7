/**
 * The folder that children are started in. One that was removed under a running shell must not keep
 * anybody from recovering a container: then it is the root, which is always there.
 */
export function workingFolder(): string {
  try {
    return process.cwd();
  } catch {
    return '/';
  }
}

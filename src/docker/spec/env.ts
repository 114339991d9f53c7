/** Environment entries as the engine has them: `NAME=value`, or `NAME` alone, which unsets. */

export function envName(entry: string): string {
  const end = entry.indexOf('=');
  return end < 0 ? entry : entry.slice(0, end);
}

/** The value in force: the last entry of that name counts. Null: not set. */
export function envValue(entries: readonly string[], name: string): string | null {
  const entry = entries.findLast((each) => envName(each) === name);
  return entry === undefined || !entry.includes('=') ? null : entry.slice(name.length + 1);
}

/** Sets a variable where it stood, or at the end; later entries of that name go. */
export function withEnv(entries: readonly string[], name: string, value: string): string[] {
  const at = entries.findIndex((each) => envName(each) === name);
  if (at < 0) return [...entries, `${name}=${value}`];
  return entries.flatMap((entry, index) => {
    if (index === at) return [`${name}=${value}`];
    return envName(entry) === name ? [] : [entry];
  });
}

export function withoutEnv(entries: readonly string[], name: string): string[] {
  return entries.filter((entry) => envName(entry) !== name);
}

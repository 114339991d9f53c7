/** A size for people, in the units that `docker` itself uses (1 kB = 1000 bytes). */
export function inBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = bytes < 1000 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), units.length - 1);
  const value = bytes / 1000 ** power;
  return `${Number(value.toPrecision(3))} ${units[power] ?? ''}`;
}

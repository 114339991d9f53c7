/** How lengths, times and names are written. Pure. */

/** `0.27 s`, `12 s`, `3 min 20 s`, `2 h 5 min`. */
export function lengthText(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 10) return `${seconds.toFixed(seconds < 1 ? 2 : 1)} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.round(seconds % 60)} s`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} days`;
}

/** `0:01.30`, `14:59.00`: time since the beginning, in one width. */
export function clockText(ms: number): string {
  const hundredths = Math.floor(Math.max(0, ms) / 10);
  const minutes = Math.floor(hundredths / 6000);
  const rest = (hundredths % 6000) / 100;
  return `${minutes}:${rest.toFixed(2).padStart(5, '0')}`;
}

/** `842 s`, as a count that runs down. */
export const leftText = (ms: number): string =>
  ms <= 0 ? 'no time left' : `${lengthText(Math.ceil(ms / 1000) * 1000)} left`;

/** `quiescingOriginal` reads `quiescing original`. */
export const spaced = (name: string): string =>
  name.replaceAll(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();

/** The last part of a state's path. */
export const leafName = (path: string): string => path.slice(path.lastIndexOf('.') + 1);

export const phaseOf = (path: string): string => path.split('.')[0] ?? path;

/** In the time zone of whoever looks; what is no time stays as it is. */
export function momentText(at: number): string {
  const date = new Date(at);
  return Number.isFinite(date.getTime())
    ? `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`
    : '';
}

const two = (number: number): string => String(number).padStart(2, '0');

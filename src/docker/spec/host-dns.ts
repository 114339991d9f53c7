/** The DNS server that a container gets where its host's resolver listens on the host's loopback only. */

/** The files of a Linux host that say so: what programs use, and what systemd's own stub asks. */
export const RESOLVER = '/etc/resolv.conf';
export const UPSTREAM = '/run/systemd/resolve/resolv.conf';

function servers(file: string | null): string[] {
  const lines = (file ?? '').split('\n').map((line) => line.trim().split(/\s+/));
  return lines.flatMap(([key, address = '']) =>
    key === 'nameserver' && address !== '' ? [address] : [],
  );
}

const isLoopback = (address: string): boolean => address.startsWith('127.') || address === '::1';

/**
 * @param read the text of a file of the engine's host; null: there is none
 * @returns null where the host's resolver can be reached, or nothing else is known
 */
export function fallbackDns(read: (path: string) => string | null): string | null {
  const used = servers(read(RESOLVER));
  if (used.length === 0 || !used.every(isLoopback)) return null;
  return servers(read(UPSTREAM)).find((address) => !isLoopback(address)) ?? null;
}

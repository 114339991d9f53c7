/** What makes a container depend on another one, and how that is moved from one container to another. Pure. */
import type { RawContainer } from '../raw.js';
import { containerName } from './identity.js';
import { linkRequest } from './links.js';

/** How a dependent is attached again to what takes the place of the container that it depends on. */
export type Attachment = 'nothing' | 'restart' | 'recreation';

export interface Dependence {
  /** In words, after its name. */
  readonly how: string;
  readonly attachment: Attachment;
  /** It shares a namespace. */
  readonly joins: boolean;
  /** Its own names (`--link`) for the other one. */
  readonly aliases: string[];
}

/** Less of an ID is not told from a name. */
const SHORTEST_ID = 12;
const MODES = ['NetworkMode', 'PidMode', 'IpcMode'] as const;
const CONTAINER = 'container:';

const isIdOf = (ref: string, id: string): boolean =>
  ref.length >= SHORTEST_ID && id.startsWith(ref);

/** Strongest last. */
const strength: readonly Attachment[] = ['nothing', 'restart', 'recreation'];
const strongest = (attachments: readonly Attachment[]): Attachment =>
  strength.findLast((one) => attachments.includes(one)) ?? 'nothing';

interface Bond {
  readonly how: string;
  readonly attachment: Attachment;
  readonly joins?: true;
}

/** The engine keeps what the user gave: a name goes on to mean whatever has it, an ID does not. */
function bondsOf({ HostConfig: host }: RawContainer, id: string, name: string): Bond[] {
  const bonds: Bond[] = [];
  for (const kind of MODES) {
    const mode = host[kind] ?? '';
    const ref = mode.startsWith(CONTAINER) ? mode.slice(CONTAINER.length) : null;
    if (ref === null || (ref !== name && !isIdOf(ref, id))) continue;
    const how = `joins its ${kind.replace('Mode', '').toLowerCase()} namespace`;
    bonds.push({ how, attachment: ref === name ? 'restart' : 'recreation', joins: true });
  }
  const lenders = (host.VolumesFrom ?? []).map((from) => from.split(':')[0] ?? '');
  const lender = lenders.find((ref) => ref === name || isIdOf(ref, id));
  // What it has mounted stays mounted: only a new create asks for the lender again.
  if (lender !== undefined)
    bonds.push({
      how: 'takes its volumes',
      attachment: lender === name ? 'nothing' : 'recreation',
    });
  return bonds;
}

/** How a container depends on another one; null: not at all. */
export function dependence(observed: RawContainer, id: string, name: string): Dependence | null {
  const bonds = bondsOf(observed, id, name);
  const aliases = aliasesFor(observed, name);
  // A link is to a container, under whatever name: it goes along when that is renamed.
  if (aliases.length > 0) bonds.push({ how: 'is linked to it', attachment: 'recreation' });
  if (bonds.length === 0) return null;
  return {
    how: bonds.map(({ how }) => how).join(', '),
    attachment: strongest(bonds.map(({ attachment }) => attachment)),
    joins: bonds.some(({ joins }) => joins === true),
    aliases,
  };
}

/** Its own names for a container that it is linked to; what it has none for is called by that container's. */
const aliasesFor = ({ HostConfig: host }: RawContainer, name: string): string[] =>
  (host.Links ?? [])
    .map(linkParts)
    .filter(({ container }) => container === name)
    .map(({ alias }) => alias);

function linkParts(link: string): { container: string; alias: string } {
  const [container = '', alias = container] = linkRequest(link).split(':');
  return { container, alias };
}

export interface Move {
  /** Full ID of the container that it depends on so far. */
  readonly from: string;
  readonly to: string;
  readonly toName: string;
  readonly aliases: readonly string[];
}

const movedMode = (mode: string, { from, to }: Move): string =>
  mode.startsWith(CONTAINER) && isIdOf(mode.slice(CONTAINER.length), from) ? CONTAINER + to : mode;

function movedLender(from: string, move: Move): string {
  const [ref = '', ...options] = from.split(':');
  return isIdOf(ref, move.from) ? [move.to, ...options].join(':') : from;
}

/** Where the container that was linked is removed, its link is gone as well: it is known by its alias. */
function movedLinks(observed: RawContainer, { toName, aliases }: Move): string[] {
  const links = observed.HostConfig.Links ?? [];
  const others = links.filter((link) => !aliases.includes(linkParts(link).alias));
  const own = containerName(observed);
  return [...others, ...aliases.map((alias) => `/${toName}:/${own}/${alias}`)];
}

/** The container as an inspect would show it if it had been made for the other one; all else is as observed. */
export function moved(observed: RawContainer, move: Move): RawContainer {
  const { HostConfig: host } = observed;
  const modes = MODES.flatMap((kind) => {
    const mode = host[kind];
    return mode === undefined ? [] : [[kind, movedMode(mode, move)]];
  });
  return {
    ...observed,
    HostConfig: {
      ...host,
      ...Object.fromEntries(modes),
      ...(host.VolumesFrom == null
        ? {}
        : { VolumesFrom: host.VolumesFrom.map((from) => movedLender(from, move)) }),
      ...(move.aliases.length === 0 ? {} : { Links: movedLinks(observed, move) }),
    },
  };
}

/**
 * Whether it depends on the one that it is to be moved to already, wherever it means a container and
 * not a name.
 * @param on what it is known to depend on: a link to a container that was removed goes on to show the name that it had
 */
export function isMoved(observed: RawContainer, move: Move, on: string): boolean {
  if (move.aliases.length > 0 && on !== move.to) return false;
  const wanted = moved(observed, move).HostConfig;
  const { HostConfig: host } = observed;
  const refs = ({ NetworkMode, PidMode, IpcMode, VolumesFrom }: typeof host): string =>
    JSON.stringify([NetworkMode, PidMode, IpcMode, VolumesFrom]);
  return refs(wanted) === refs(host);
}

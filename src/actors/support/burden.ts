/** What carrying the writable layer will cost, asked before anything is touched. */
import { inBytes } from '../../../machines/index.js';
import type { Burden, Warning } from '../../../machines/index.js';
import type { RawContainer, RawImage } from '../../docker/raw.js';
import type { WantedMode } from '../../docker/spec/devices.js';
import { blankVariables, carryRefusal, commitMs, freeBytes } from '../../docker/spec/burden.js';
import { layersOf } from '../../docker/spec/commit.js';
import type { Reason } from '../../docker/spec/warning.js';
import { reach } from './reach.js';
import type { ActorScope } from './scope.js';

export type Weighed =
  | { readonly reason: Reason }
  | { readonly reason: null; readonly burden: Burden; readonly warnings: Warning[] };

/** Milliseconds for a look inside the container: only a help, never worth a wait. */
const EXEC_MS = 10_000;

export interface ToCarry {
  readonly raw: RawContainer;
  readonly image: RawImage | null;
  /** The paths that the workload wrote. */
  readonly dirty: readonly string[];
  readonly mode: WantedMode | 'auto';
}

export async function weigh(
  scope: ActorScope,
  { raw, image, dirty, mode }: ToCarry,
): Promise<Weighed> {
  const bytes = (await reach(scope, () => scope.docker.layerSize(raw.Id))) ?? 0;
  const df = await inside(scope, raw, ['df', '-Pk', '/']);
  const free = df === null ? null : freeBytes(df);
  const reason = carryRefusal(image, { paths: dirty, bytes, free });
  if (reason !== null) return { reason };
  const layers = layersOf(image);
  const burden = { paths: dirty.length, bytes, layers };
  return {
    reason: null,
    burden,
    warnings: [
      ...(free === null ? [spaceUnknown(bytes)] : []),
      ...socketsLost(await socketsAmong(scope, raw, dirty)),
      ...aclsLost(await pathsWithAcls(scope, raw)),
      ...leftBlank(blankVariables(raw, image, mode)),
      costOf(burden),
    ],
  };
}

const costOf = ({ paths, bytes, layers }: Burden): Warning => ({
  code: 'layer-commit',
  message: `the writable layer (${paths} ${paths === 1 ? 'path' : 'paths'}, ${inBytes(bytes)}) is carried by a commit while the container is down, for about ${(commitMs(paths, bytes) / 1000).toFixed(1)} s; the image of the replacement has ${layers + 1} layers; a commit keeps no sockets, no ACLs, and of extended attributes only capabilities`,
});

const leftBlank = (names: readonly string[]): Warning[] =>
  names.length === 0
    ? []
    : [
        {
          code: 'variables-blank',
          message: `the image of a carried layer keeps the names of its variables: ${names.join(' and ')} will be there, blank`,
        },
      ];

const spaceUnknown = (bytes: number): Warning => ({
  code: 'space-unknown',
  message: `whether the engine's disk has ${inBytes(bytes)} free for the commit could not be seen`,
});

const socketsLost = (sockets: readonly string[]): Warning[] =>
  sockets.length === 0
    ? []
    : [
        {
          code: 'sockets-not-kept',
          message: `a commit does not keep sockets, whoever listens there has to make them anew: ${someOf(sockets)}`,
        },
      ];

const someOf = (paths: readonly string[]): string =>
  `${paths.slice(0, 5).join(' ')}${paths.length > 5 ? ' …' : ''}`;

const aclsLost = (paths: readonly string[]): Warning[] =>
  paths.length === 0
    ? []
    : [
        {
          code: 'acls-not-kept',
          message: `a commit does not keep ACLs, and what their mask allows becomes the right of the group; set them again: ${someOf(paths)}`,
        },
      ];

/** `ls` of GNU marks them behind the mode; no image layer has any, so these are of the writable one. */
const LIST_ACLS = "find / -xdev ! -type l -exec ls -ldn {} + 2>/dev/null | grep '^[^ ]*+ '";
/** `-rw-rwxr--+ 1 0 0 0 Dec  1 09:10 /d/f`: the path begins behind the eighth field. */
const LISTED = /^\S+\+\s+(?:\S+\s+){6}\S+ (\/.*)$/;

async function pathsWithAcls(scope: ActorScope, raw: RawContainer): Promise<string[]> {
  const listed = (await inside(scope, raw, ['sh', '-c', LIST_ACLS])) ?? '';
  return listed.split('\n').flatMap((line) => LISTED.exec(line)?.[1] ?? []);
}

async function socketsAmong(
  scope: ActorScope,
  raw: RawContainer,
  dirty: readonly string[],
): Promise<string[]> {
  const found = await inside(scope, raw, ['find', '/', '-xdev', '-type', 's']);
  const written = new Set(dirty);
  return (found ?? '').split('\n').filter((path) => written.has(path));
}

/** What a command in the running container says; null where it cannot be run there. */
async function inside(
  { docker }: ActorScope,
  raw: RawContainer,
  argv: readonly string[],
): Promise<string | null> {
  if (!raw.State.Running) return null;
  const ran = await docker.exec(raw.Id, argv, { timeoutMs: EXEC_MS }).catch(() => null);
  return ran?.exitCode === 0 ? ran.output : null;
}

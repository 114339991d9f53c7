/** docs/fidelity.md, as text. */
import type { Line } from './table.js';

const HEAD = `# Fidelity

What a graft keeps, case by case. Written from \`test/engine/rows/table.ts\`; a unit test holds both against the tests that are named here, and those run on Docker 20.10 and 28.5.

Each container is made with the plain docker client (a few by the API, for what the client cannot ask), grafted by the product, and compared by the tests' own means, which share nothing with the product's:

1. what was configured (\`test/engine/support/configured.ts\`): the GPU request is the only difference;
2. the whole inspect (\`test/engine/fidelity/same.ts\`), but for what must differ: IDs, times, paths and addresses of the container's own;
3. what is seen from inside (\`test/engine/rows/inside.ts\`): rights, limits, program, variables, names, routes, mounts, devices, control groups;
4. and the behaviour that the case is about, from inside, from a neighbour, or from the machine.

\`fidelity\` below is the copy of a specification alone: rehearsal, create and comparison, without a run.

`;

const FOOT = `
## What differs, and why

| what | why | said |
|---|---|---|
| the host port of an ephemeral binding | the engine chooses it at each start | warning \`ephemeral-ports\` |
| a MAC address of a second network, on 28.5 | no inspect tells a given one from a generated one | warning \`mac-unclear\` |
| the image of a container whose layer was written to | the layer is committed; sockets, ACLs and extended attributes other than capabilities are not in a commit | warnings \`layer-carried\`, \`sockets-not-kept\`, \`acls-not-kept\` |
| attributes and ACLs that changed alone, the owner of a folder in which the runtime made something | \`docker diff\` does not list them: the layer counts as clean | |
| variables of the runtime \`nvidia\`, where it goes and a layer is carried | the image of a commit keeps the names of its container's variables: they are there, blank | warning \`variables-blank\` |
| the name of an image whose tag is gone or moved | the tag means another image by now: the ID is named | warning \`image-by-id\` |
| a volume that nobody named is mounted by name | a create makes a new one otherwise; \`docker rm -v\` leaves it from then on | |
| a limit that equals the engine's default is the default | inspect shows both alike; frozen in, it would not follow the engine | |
| the tag of a mounted image (\`type=image\`) | inspect names the tag only: where it was moved, the new image is mounted | warning \`image-mounts\` |
| what is in a tmpfs | it is in memory: any restart empties it | warning \`tmpfs-emptied\` |
| an address on an overlay network of a swarm | no inspect of a running container tells a given one from an assigned one: it is asked for from then on | warning \`address-unclear\` |
| what the engine warned of when the container was made | it says it again at the create of the replacement | warning \`engine-warning\` |
| options for logs that the engine was given later | it lays them under those of every container that it makes | warning \`log-options\` |
| old logs | they are the original's, and go with the backup | \`--keep-backup\` keeps them |

What differs between two starts of the very same container is not compared: the numbers of eth0, eth1, … on 28.5, the order of mounts, and of the engine's own limits.
`;

const text = (file: string): string => file.replace(/^(?:engine|unit)\//, '');

function row({ name, kept, shown, result = 'kept' }: Line): string {
  const [oldest, newest] = typeof result === 'string' ? [result, result] : result;
  return `| ${[name, kept, shown.map(text).join('<br>'), oldest, newest].join(' | ')} |`;
}

export function document(table: readonly Line[]): string {
  const head = '| case | the same afterwards | shown by | 20.10 | 28.5 |\n|---|---|---|---|---|';
  return `${HEAD}${[head, ...table.map(row)].join('\n')}\n${FOOT}`;
}

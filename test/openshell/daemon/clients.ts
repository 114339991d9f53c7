/** Where `bin/openshell` asks: on a port of the loopback, in words that a shell can take apart. */
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { isGeneration, traitsOf } from '../generation.js';
import { runCommand } from './commands.js';
import type { House } from './house.js';

/** @returns the port */
export function serveClients(house: House): Promise<number> {
  const server = createServer((socket) => {
    // A client that is killed is no trouble of the gateway's.
    socket.on('error', () => undefined);
    let heard = '';
    const hear = (chunk: string): void => {
      heard += chunk;
      const asked = askedIn(heard);
      if (asked === null) return;
      socket.off('data', hear);
      void answer(house, socket, asked);
    };
    socket.setEncoding('utf8').on('data', hear);
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', () => {
      resolve((server.address() as AddressInfo).port);
    });
  });
}

interface Asked {
  /** The generation that the client is of; empty: its gateway's. */
  readonly client: string;
  readonly argv: readonly string[];
}

/** Their number, the client, and the arguments, each with a NUL behind it; null: not all has come. */
function askedIn(text: string): Asked | null {
  const [count, client, ...argv] = text.split('\0').slice(0, -1);
  if (count === undefined || client === undefined || argv.length < Number(count)) return null;
  return { client, argv };
}

async function answer(house: House, socket: Socket, { client, argv }: Asked): Promise<void> {
  const say = (kind: 'o' | 'e' | 'x', text: string): void => {
    if (!socket.destroyed) socket.write(`${kind}${escaped(text)}\n`);
  };
  const leaving = new AbortController();
  socket.once('close', () => leaving.abort());
  const traits = isGeneration(client) ? traitsOf(client) : house.gateway.traits;
  const exit = await runCommand(house, traits, argv, {
    out: (text) => say('o', text),
    err: (text) => say('e', text),
    gone: leaving.signal,
  });
  say('x', String(exit));
  socket.end();
}

/** As `printf %b` reads it: no line end stands in it. */
const escaped = (text: string): string =>
  // oxlint-disable-next-line no-control-regex -- those are meant
  text.replaceAll(/[\\\u0000-\u001f]/g, (sign) => {
    const octal = sign.charCodeAt(0).toString(8).padStart(3, '0');
    return `\\0${octal}`;
  });

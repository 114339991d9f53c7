/** The gateway's socket: one line of JSON asks, lines of JSON answer. */
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { Script } from '../script.js';
import { runCommand } from './commands.js';
import { furnish } from './house.js';
import type { House, Wanted } from './house.js';

/** What tests ask, past the command line. */
export type Control =
  | { readonly op: 'log' }
  | { readonly op: 'script'; readonly name: string; readonly script: Script | null }
  | { readonly op: 'furnish'; readonly wanted: Wanted }
  | { readonly op: 'poll' | 'sweep' }
  | { readonly op: 'lag'; readonly lagMs: number };

/** A command as a client of the gateway's own time gives it, without a process; or past it. */
type Asked = { readonly argv: readonly string[] } | { readonly control: Control };

export function serve(house: House, socketPath: string): Promise<Server> {
  const server = createServer((socket) => {
    // A client that is killed is no trouble of the gateway's.
    socket.on('error', () => undefined);
    const lines = createInterface({ input: socket });
    lines.on('error', () => undefined);
    lines.once('line', (line) => {
      void answer(house, socket, JSON.parse(line) as Asked);
    });
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(socketPath, () => resolve(server));
  });
}

async function answer(house: House, socket: Socket, asked: Asked): Promise<void> {
  const say = (line: object): void => {
    if (!socket.destroyed) socket.write(`${JSON.stringify(line)}\n`);
  };
  if ('control' in asked) {
    try {
      say({ answer: await controlled(house, asked.control) });
    } catch (error) {
      say({ refused: error instanceof Error ? error.message : String(error) });
    }
  } else {
    const leaving = new AbortController();
    socket.once('close', () => leaving.abort());
    const exit = await runCommand(house, house.gateway.traits, asked.argv, {
      out: (out) => say({ out }),
      err: (err) => say({ err }),
      gone: leaving.signal,
    });
    say({ exit });
  }
  socket.end();
}

async function controlled(house: House, control: Control): Promise<unknown> {
  const { gateway } = house;
  if (control.op === 'log') return gateway.log.entries;
  if (control.op === 'furnish') return furnish(house, control.wanted);
  if (control.op === 'script') await gateway.script(control.name, control.script);
  else if (control.op === 'lag') gateway.lagMs = control.lagMs;
  else await (control.op === 'poll' ? gateway.poll() : gateway.sweep());
  return null;
}

/**
 * The connections of one port. Answers on one connection come in order (an inspect behind
 * `stop?t=5` came after 5.05 s), so that look-ups and long calls each have their own.
 */
import { Agent } from 'node:http';
import type { Duplex } from 'node:stream';
import { EngineUnreachable } from '../errors.js';
import { EngineConnection } from './connection.js';
import { MAX_IDLE_MS } from './options.js';
import type { SpawnDial } from './spawn.js';

/** `look`: a few connections for all. `long`: never waits for another call. */
export type Lane = 'look' | 'long';

export class ConnectionPool {
  readonly #dial: SpawnDial;
  readonly #open = new Set<EngineConnection>();
  readonly #agents: Record<Lane, Agent>;
  #closed = false;

  constructor(dial: SpawnDial) {
    this.#dial = dial;
    this.#agents = {
      look: this.#agent({ keepAlive: true, maxSockets: 4, maxFreeSockets: 2, scheduling: 'lifo' }),
      long: this.#agent({ keepAlive: true, maxFreeSockets: 2, scheduling: 'lifo' }),
    };
  }

  agent(lane: Lane): Agent {
    return this.#agents[lane];
  }

  /** Closes the connections that nobody uses: after one of them was found dead, none is trusted. */
  dropIdle(): void {
    for (const connection of this.#open) if (!connection.busy) connection.destroy();
  }

  /** Kills every child and waits until all are gone. */
  async close(): Promise<void> {
    this.#closed = true;
    const gone = [...this.#open].map(
      (connection) => new Promise<void>((resolve) => connection.once('close', () => resolve())),
    );
    for (const connection of this.#open) connection.destroy(new Error('the port was closed'));
    await Promise.all(gone);
    for (const agent of Object.values(this.#agents)) agent.destroy();
  }

  #agent(options: ConstructorParameters<typeof Agent>[0]): Agent {
    const agent = new Agent(options);
    agent.createConnection = () => this.#connect();
    return agent;
  }

  #connect(): Duplex {
    if (this.#closed) throw new EngineUnreachable('down', 'the connection was closed by gpugraft');
    const connection = new EngineConnection(this.#dial());
    this.#open.add(connection);
    let idle: NodeJS.Timeout | undefined;
    // The agent says so when a request has ended and the connection can serve another.
    connection.on('free', () => {
      connection.busy = false;
      if (connection.childEnded) connection.destroy();
      idle = setTimeout(() => connection.busy || connection.destroy(), MAX_IDLE_MS).unref();
    });
    connection.on('close', () => {
      clearTimeout(idle);
      this.#open.delete(connection);
    });
    // Without a request there is nobody to tell; with one, node:http listens too.
    connection.on('error', () => undefined);
    return connection;
  }
}

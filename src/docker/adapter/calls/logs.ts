/** What a container has logged: its last lines, or all of it. */
import { z } from 'zod';
import { EngineAnswerInvalid } from '../../errors.js';
import type { CallOptions } from '../../port.js';
import { parseAnswer } from '../answer.js';
import { shorten } from '../classify.js';
import type { Call, EngineClient } from '../client.js';
import { Demultiplexer, ENGINE_STREAM } from '../demux.js';
import { MAX_LOG_BYTES, MAX_MESSAGE_CHARS } from '../options.js';
import { pathOf } from '../paths.js';
import { TailBuffer } from '../../../tail-buffer.js';

const rawTty = z.looseObject({ Config: z.looseObject({ Tty: z.boolean() }) });

const looking = (client: EngineClient, path: string, options: CallOptions): Call => ({
  method: 'GET',
  path,
  readOnly: true,
  lane: 'long',
  deadlineMs: client.deadlines.look,
  ...options,
});

/** Before API 1.42 the answer's own Content-Type does not tell which form it has. */
async function hasTty(client: EngineClient, id: string, options: CallOptions): Promise<boolean> {
  const answer = await client.call(looking(client, `${pathOf('containers', id)}/json`, options));
  return parseAnswer(rawTty, answer.body, 'GET /containers/ID/json').Config.Tty;
}

/**
 * Both streams in the order of arrival, their last 256 KiB.
 * @throws EngineRefused also where the container's log driver cannot be read
 */
export async function containerLogs(
  client: EngineClient,
  id: string,
  tail: number,
  options: CallOptions,
): Promise<string> {
  const tty = await hasTty(client, id, options);
  const kept = new TailBuffer(MAX_LOG_BYTES);
  const frames = new Demultiplexer((chunk) => kept.add(chunk));
  await client.call({
    ...looking(client, `${pathOf('containers', id)}/logs?stdout=1&stderr=1&tail=${tail}`, options),
    onChunk: (chunk) => (tty ? kept.add(chunk) : frames.add(chunk)),
  });
  frames.end();
  return kept.text();
}

/** How an engine answers for a log driver that keeps nothing it could read back (20.10 and 28.5). */
const UNREADABLE = 501;

/** As the port has it. A terminal's log has one stream: what the engine says of a broken one stands in it. */
export async function allLogs(
  client: EngineClient,
  id: string,
  take: (chunk: Uint8Array) => void,
  options: CallOptions,
): Promise<boolean> {
  const tty = await hasTty(client, id, options);
  const taking = new Taking(take);
  const { signal } = options;
  const call = looking(client, `${pathOf('containers', id)}/logs?stdout=1&stderr=1&timestamps=1`, {
    signal: AbortSignal.any([taking.stopped, ...(signal === undefined ? [] : [signal])]),
  });
  const { status } = await client
    .call({
      ...call,
      endless: true,
      accept: [UNREADABLE],
      onChunk: (chunk) => (tty ? taking.raw(chunk) : taking.framed(chunk)),
    })
    .finally(() => taking.rethrow());
  taking.end();
  return status !== UNREADABLE;
}

/** Passes pieces on: those of one chunk together, for a line may be a frame of its own. */
class Taking {
  readonly #take: (chunk: Uint8Array) => void;
  readonly #stop = new AbortController();
  readonly #frames = new Demultiplexer((chunk, stream) => this.#frame(chunk, stream));
  readonly #said = new TailBuffer(MAX_MESSAGE_CHARS);
  #pieces: Buffer[] = [];
  #failure: { readonly error: unknown } | null = null;

  constructor(take: (chunk: Uint8Array) => void) {
    this.#take = take;
  }

  /** Aborted when nothing more can be taken. */
  get stopped(): AbortSignal {
    return this.#stop.signal;
  }

  raw(chunk: Buffer): void {
    if (this.#failure !== null) return;
    // Thrown into the stream that brings the pieces, it would end the process.
    try {
      this.#take(chunk);
    } catch (error) {
      this.#failure = { error };
      this.#stop.abort();
    }
  }

  framed(chunk: Buffer): void {
    this.#frames.add(chunk);
    this.#flush();
  }

  /** @throws what taking threw */
  rethrow(): void {
    if (this.#failure !== null) throw this.#failure.error;
  }

  /** @throws EngineAnswerInvalid where the engine said that it could not go on */
  end(): void {
    this.#frames.end();
    this.#flush();
    this.rethrow();
    const said = this.#said.text().trim();
    if (said !== '') throw new EngineAnswerInvalid(`GET /containers/ID/logs: ${shorten(said)}`);
  }

  #frame(chunk: Buffer, stream: number): void {
    if (stream === ENGINE_STREAM) this.#said.add(chunk);
    else this.#pieces.push(chunk);
  }

  #flush(): void {
    const [first] = this.#pieces;
    if (first !== undefined)
      this.raw(this.#pieces.length === 1 ? first : Buffer.concat(this.#pieces));
    this.#pieces = [];
  }
}

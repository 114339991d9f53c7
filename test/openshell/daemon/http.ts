/** Asks a Docker engine over its socket, past any `docker` on PATH: that one may be made to misbehave. */
import { request } from 'node:http';
import type { IncomingMessage, RequestOptions } from 'node:http';

export class EngineSaid extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

export class EngineHttp {
  readonly #where: RequestOptions;

  /** @param host as in DOCKER_HOST: `unix://` or `tcp://` */
  constructor(host: string) {
    const url = new URL(host);
    if (url.protocol === 'unix:') this.#where = { socketPath: url.pathname };
    else if (url.protocol === 'tcp:') this.#where = { host: url.hostname, port: url.port };
    else throw new Error(`${host}: only unix:// and tcp:// are understood`);
  }

  /** @throws EngineSaid when it says no; Error when it says nothing for `timeoutMs` */
  async ask<T>(method: string, path: string, body?: unknown, timeoutMs = 60_000): Promise<T> {
    let text = '';
    await this.stream(method, path, body, (chunk) => (text += chunk.toString()), timeoutMs);
    return (text === '' ? null : JSON.parse(text)) as T;
  }

  /** Hands the answer over as it comes, and resolves at its end. */
  async stream(
    method: string,
    path: string,
    body: unknown,
    onChunk: (chunk: Buffer) => void,
    timeoutMs = 0,
  ): Promise<void> {
    const answer = await this.#send(method, path, body, timeoutMs);
    const { statusCode = 0 } = answer;
    const ok = statusCode < 400;
    let refusal = '';
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      if (ok) onChunk(chunk);
      else refusal += chunk.toString();
    }
    if (!ok) throw new EngineSaid(statusCode, messageIn(refusal));
  }

  #send(method: string, path: string, body: unknown, timeoutMs: number): Promise<IncomingMessage> {
    const headers = { Host: 'engine', 'Content-Type': 'application/json' };
    const options = { ...this.#where, method, path, headers, timeout: timeoutMs, agent: false };
    return new Promise((resolve, reject) => {
      const asked = request(options, resolve);
      asked.on('timeout', () => asked.destroy(new Error(`${method} ${path}: no answer`)));
      asked.on('error', reject).end(body === undefined ? undefined : JSON.stringify(body));
    });
  }
}

function messageIn(refusal: string): string {
  try {
    return (JSON.parse(refusal) as { message: string }).message;
  } catch {
    return refusal;
  }
}

/** The engine's frames around the output of a process: kind, length, bytes. */
export function unframed(onText: (text: string) => void): (chunk: Buffer) => void {
  let rest = Buffer.alloc(0);
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= 8 && rest.length >= 8 + rest.readUInt32BE(4)) {
      const end = 8 + rest.readUInt32BE(4);
      onText(rest.subarray(8, end).toString());
      rest = rest.subarray(end);
    }
  };
}

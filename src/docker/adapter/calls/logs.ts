/** A container's last lines. */
import { z } from 'zod';
import type { CallOptions } from '../../port.js';
import { parseAnswer } from '../answer.js';
import type { Call, EngineClient } from '../client.js';
import { Demultiplexer } from '../demux.js';
import { MAX_LOG_BYTES } from '../options.js';
import { pathOf } from '../paths.js';
import { TailBuffer } from '../tail-buffer.js';

const rawTty = z.looseObject({ Config: z.looseObject({ Tty: z.boolean() }) });

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
  const get = (path: string): Call => ({
    method: 'GET',
    path,
    readOnly: true,
    lane: 'long',
    deadlineMs: client.deadlines.look,
    ...options,
  });
  const inspected = await client.call(get(`${pathOf('containers', id)}/json`));
  // Before API 1.42 the answer's own Content-Type does not tell which form it has.
  const { Tty } = parseAnswer(rawTty, inspected.body, 'GET /containers/ID/json').Config;
  const kept = new TailBuffer(MAX_LOG_BYTES);
  const frames = new Demultiplexer((chunk) => kept.add(chunk));
  await client.call({
    ...get(`${pathOf('containers', id)}/logs?stdout=1&stderr=1&tail=${tail}`),
    onChunk: (chunk) => (Tty ? kept.add(chunk) : frames.add(chunk)),
  });
  frames.end();
  return kept.text();
}

/** Hears from the engine, as long as it says something, that containers were started. */
import { z } from 'zod';
import type { CallOptions } from '../../port.js';
import { parseAnswer } from '../answer.js';
import type { Call, EngineClient } from '../client.js';

const rawTime = z.looseObject({
  SystemTime: z.string().refine((text) => !Number.isNaN(Date.parse(text)), 'not a time'),
});

/**
 * As the port has it. The engine sends the head of its answer before it listens for events, so that
 * one might be missed: it is asked for those since a time of its own, taken before.
 */
export async function watchStarts(
  client: EngineClient,
  labels: readonly string[],
  heard: () => void,
  options: CallOptions,
): Promise<void> {
  const get = (path: string): Call => ({
    method: 'GET',
    path,
    readOnly: true,
    lane: 'look',
    deadlineMs: client.deadlines.look,
    ...options,
  });
  const { body } = await client.call(get('/info'));
  const { SystemTime } = parseAnswer(rawTime, body, 'GET /info');
  heard();
  const filters = JSON.stringify({ type: ['container'], event: ['start'], label: labels });
  const since = (Date.parse(SystemTime) / 1000).toFixed(3);
  await client.call({
    ...get(`/events?since=${since}&filters=${encodeURIComponent(filters)}`),
    lane: 'long',
    endless: true,
    deadlineMs: client.deadlines.silence,
    onChunk: () => heard(),
  });
}

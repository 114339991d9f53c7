/** Waiting for a container's end. */
import { z } from 'zod';
import { EngineRefused } from '../../errors.js';
import type { CallOptions } from '../../port.js';
import { parseAnswer } from '../answer.js';
import type { EngineClient } from '../client.js';
import { pathOf } from '../paths.js';

const rawWait = z.looseObject({
  StatusCode: z.number(),
  Error: z.looseObject({ Message: z.string() }).nullish(),
});

/**
 * @param options `timeoutMs` defaults to ten minutes
 * @throws EngineAmbiguous when the container still ran at the deadline, or the signal came
 */
export async function waitContainer(
  client: EngineClient,
  id: string,
  options: CallOptions & { timeoutMs?: number },
): Promise<number> {
  const answer = await client.call({
    method: 'POST',
    path: `${pathOf('containers', id)}/wait?condition=not-running`,
    readOnly: true,
    waits: true,
    lane: 'long',
    deadlineMs: options.timeoutMs ?? client.deadlines.wait,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  const { StatusCode, Error: failure } = parseAnswer(
    rawWait,
    answer.body,
    'POST /containers/ID/wait',
  );
  if (failure !== undefined && failure !== null && failure.Message !== '')
    throw new EngineRefused(500, failure.Message);
  return StatusCode;
}

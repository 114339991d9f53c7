/** What `openshell sandbox list -o json` prints. */
import { z } from 'zod';
import { GatewayAnswerInvalid } from '../errors.js';
import type { Sandbox } from '../port.js';
import { phaseOf } from './phase.js';
import { oneLine, plain, shorten } from './text.js';

const conditionSchema = z.object({
  type: z.string().nullish(),
  status: z.string().nullish(),
  reason: z.string().nullish(),
  message: z.string().nullish(),
});

/** The fields that are read; gateways send many more, and more with every version. */
const sandboxSchema = z.object({
  id: z.string().nullish(),
  name: z.string().min(1),
  workspace: z.string().nullish(),
  phase: z.union([z.string(), z.number()]).nullish(),
  conditions: z.array(conditionSchema).nullish(),
});

const listSchema = z.union([
  z.array(sandboxSchema).transform((sandboxes) => ({ sandboxes, next_page_token: null })),
  // From 0.1 a page stands in an envelope that says where the next one begins.
  z.object({ sandboxes: z.array(sandboxSchema), next_page_token: z.string().nullish() }),
]);

/** One page of a list. `next` is the token of the next page; null: it does not name one. */
export interface Page {
  readonly sandboxes: readonly Sandbox[];
  readonly next: string | null;
}

/** @throws GatewayAnswerInvalid */
export function pageOfJson(output: string): Page {
  const parsed = listSchema.safeParse(valueIn(plain(output)));
  if (!parsed.success) throw notAsKnown(parsed.error);
  return {
    sandboxes: parsed.data.sandboxes.map(sandboxOf),
    next: parsed.data.next_page_token || null,
  };
}

/** A log line of the client's own may stand before the document. */
function valueIn(text: string): unknown {
  const starts = [...text.matchAll(/^[ \t]*[[{]/gm)].slice(0, 16).map(({ index }) => index);
  for (const start of starts) {
    try {
      return JSON.parse(text.slice(start));
    } catch {
      // Then it is a line that only begins like a document.
    }
  }
  throw new GatewayAnswerInvalid(
    `the list of sandboxes is not JSON, though it was asked for: ${shorten(oneLine(text), 200)}`,
  );
}

function notAsKnown(error: z.ZodError): GatewayAnswerInvalid {
  const [issue] = error.issues.flatMap((found) =>
    found.code === 'invalid_union' ? (longest(found.errors) ?? found) : found,
  );
  const at = issue?.path.map(String).join('.') ?? '';
  return new GatewayAnswerInvalid(
    `the list of sandboxes is not as gpugraft knows it${at === '' ? '' : ` (${at})`}: ${issue?.message ?? ''}`,
  );
}

/** Of a union's branches, the one that came furthest is the one that was meant. */
const longest = <T extends { path: readonly unknown[] }>(branches: readonly (readonly T[])[]) =>
  branches
    .flat()
    .toSorted((one, other) => other.path.length - one.path.length)
    .at(0);

function sandboxOf(row: z.output<typeof sandboxSchema>): Sandbox {
  const rawPhase = oneLine(String(row.phase ?? ''));
  return {
    id: row.id || null,
    name: row.name,
    workspace: row.workspace || null,
    phase: phaseOf(rawPhase),
    rawPhase: shorten(rawPhase, 100),
    reason: reasonOf(row.conditions ?? []),
  };
}

/** Of the condition `Ready` that does not hold. */
function reasonOf(conditions: readonly z.output<typeof conditionSchema>[]): string | null {
  const unmet = conditions.find(
    ({ type, status }) => type === 'Ready' && status?.toLowerCase() !== 'true',
  );
  const said = [unmet?.reason, unmet?.message].map((text) => oneLine(text ?? '')).filter(Boolean);
  return said.length === 0 ? null : shorten(said.join(': '), 500);
}

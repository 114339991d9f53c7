/** What an actor's answer says, without the particulars: what a path's answer and a real one must share. */
import type { ModelEvent } from '../../../src/model/index.js';

type Answer = Readonly<Record<string, unknown>>;

/** The fields that say which answer it is. */
const words = ['verdict', 'claimed', 'ok', 'result', 'proven', 'situation'] as const;
const lists = ['differences', 'dirty', 'dependents'] as const;

/** @param event as the path has it, or as the journal's line does */
export function signatureOf(event: ModelEvent | Answer | null): string {
  if (event === null) return 'begins';
  const { type, output } = event as { type: string; output?: Answer };
  const said = words.flatMap((key) =>
    output?.[key] === undefined ? [] : [JSON.stringify(output[key])],
  );
  const found = lists.flatMap((key) => {
    const list = output?.[key];
    return Array.isArray(list) ? [`${key} ${list.length > 0 ? 'some' : 'none'}`] : [];
  });
  const changed =
    output?.['changed'] === undefined ? [] : [`changed ${output['changed'] !== null}`];
  return [type, ...said, ...found, ...changed].join(' ');
}

import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { actorNames, contracts, failureSchema } from '../../../machines/index.js';
import { answersAt, fails } from '../../../src/model/alphabet.js';
import { answers } from '../../../src/model/answers.js';
import { graphOf } from '../../../src/model/graph.js';
import { smallSetting } from '../../../src/model/setting.js';
import { essenceOf } from '../../../src/model/vertex.js';

const { vertices } = graphOf(smallSetting, undefined, essenceOf);
const [first] = vertices;
if (first === undefined) throw new Error('the machine has no beginning');

type Case = readonly [what: string, is: (output: unknown) => boolean];
const field = (key: string, is: (value: unknown) => boolean) => (output: unknown) =>
  typeof output === 'object' && output !== null && is(Reflect.get(output, key));

/** What a schema tells apart: the options of a union; of each field its literals, yes and no. */
function casesOf(schema: z.ZodType): Case[] {
  if (schema instanceof z.ZodDiscriminatedUnion) {
    return schema.options.map((option, n) => [
      `option ${n}`,
      (output) => z.safeParse(option, output).success,
    ]);
  }
  if (!(schema instanceof z.ZodObject)) return [];
  return Object.entries(schema.shape).flatMap(([key, type]): Case[] => {
    const values =
      type instanceof z.ZodEnum ? type.options : type instanceof z.ZodBoolean ? [true, false] : [];
    return values.map((value) => [`${key} ${value}`, field(key, (v) => v === value)]);
  });
}

describe('the alphabet', () => {
  it('gives answers that hold the contract of their actor, everywhere', () => {
    for (const { snapshot } of vertices) {
      for (const { actor, outcome, event } of answersAt(snapshot, smallSetting)) {
        if (actor === null || !('actorId' in event)) throw new Error('not an answer');
        const [schema, given] =
          outcome === fails
            ? [failureSchema, event.error]
            : [contracts[actor].output, event.output];
        expect(schema.parse(given), `${actor} ${outcome}`).toEqual(given);
      }
    }
  });

  it('is complete: whatever the type of an output tells apart, some answer gives', () => {
    // What is read of the original is carried along; the machine makes nothing of it.
    for (const actor of actorNames.filter((name) => name !== 'inspectOriginal')) {
      const given = { context: first.snapshot.context, setting: smallSetting };
      const outputs = Object.values(answers[actor]).map((output) =>
        (output as (of: typeof given) => unknown)(given),
      );
      for (const [what, is] of casesOf(contracts[actor].output)) {
        expect(outputs.some(is), `${actor}: ${what}`).toBe(true);
      }
    }
  });
});

import { expect, it } from 'vitest';
import { debouncedFailure } from '../../../machines/failures.js';
import { begin, smallSetting } from '../../../src/model/index.js';

it.each([
  [1, 'an error from the replacement: down'],
  [15, '15 errors in a row from the replacement: down'],
])('a debounce of %i is told in words that fit', (errorDebounce, said) => {
  const { context } = begin({ ...smallSetting, errorDebounce });
  expect(debouncedFailure(context, 'down').message).toBe(said);
});

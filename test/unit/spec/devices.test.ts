import { describe, expect, test } from 'vitest';
import {
  describeDevices,
  deviceSelection,
  parseDevices,
} from '../../../src/docker/spec/devices.js';

const UUID = 'GPU-8b2a3f0e-0000-4a6b-9a00-0123456789ab';

describe('a selection of devices', () => {
  test.each([
    ['all', { kind: 'all' }],
    ['nvidia.com/gpu=all', { kind: 'all' }],
    ['0', { kind: 'ids', ids: ['0'] }],
    ['0, 1', { kind: 'ids', ids: ['0', '1'] }],
    ['0:1', { kind: 'ids', ids: ['0:1'] }],
    [UUID, { kind: 'ids', ids: [UUID] }],
    ['MIG-8b2a/3/0', { kind: 'ids', ids: ['MIG-8b2a/3/0'] }],
    ['nvidia.com/gpu=0,nvidia.com/gpu=gpu1', { kind: 'ids', ids: ['0', 'gpu1'] }],
  ])('%s', (text, selection) => {
    expect(parseDevices(text)).toEqual(selection);
  });

  test.each([
    ['', 'no device is named'],
    [' , ', 'no device is named'],
    ['0,', '"" is not a GPU device'],
    ['first', '"first" is not a GPU device'],
    ['-1', '"-1" is not a GPU device'],
    ['0;rm -rf', '"0;rm -rf" is not a GPU device'],
    ['nvidia.com/gpu=', '"nvidia.com/gpu=" is not a GPU device'],
    ['amd.com/gpu=0', '"amd.com/gpu=0" is not a GPU device'],
    ['all,0', '"all" stands alone'],
    ['0,nvidia.com/gpu=0', 'device "0" is named twice'],
  ])('%j is refused: %s', (text, problem) => {
    expect(() => parseDevices(text)).toThrow(RangeError);
    expect(deviceSelection.safeParse(text).error?.issues).toEqual([
      expect.objectContaining({
        message: expect.stringMatching(
          new RegExp(`^${problem.replaceAll(/[.*+?^$()|[\]\\]/g, '\\$&')}: use all, 0, `),
        ),
      }),
    ]);
  });

  test('is written as a person would', () => {
    expect(describeDevices(parseDevices('nvidia.com/gpu=all'))).toBe('all');
    expect(describeDevices(parseDevices('0, 1'))).toBe('0,1');
  });

  test.each(['all', '0,1', '0:1', UUID, 'nvidia.com/gpu=gpu1', '0,nvidia.com/gpu=a.b'])(
    '%s is read again as the same',
    (text) => {
      expect(describeDevices(parseDevices(text))).toBe(text);
    },
  );
});

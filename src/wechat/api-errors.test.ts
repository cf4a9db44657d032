import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { type Advice, adviceFor, isBusy, WechatError } from './api-errors.ts';

/** The rows of the reference, 4.5, and the codes that 4.4 and 5.4 to 5.10 name. */
const CODES: readonly (readonly [Advice, readonly number[]])[] = [
  ['retry', [-1, 268_487_001, 268_487_002, 268_488_001, 45_011, 42_010, 45_066, 45_169, 45_171]],
  ['retry', [61_503]],
  ['token', [40_001, 40_014, 42_001]],
  ['operator', [40_013, 40_125, 40_243, 40_164, 61_004, 61_007, 61_016, 50_001, 48_001, 48_008]],
  ['operator', [40_037, 40_036, 40_246, 40_247, 40_201, 200_012, 200_100]],
  ['wait', [89_503, 89_506, 89_507, 45_009, 48_006, 43_100, 45_028, 89_504, 89_505]],
  ['recipient', [48_002, 40_003, 49_003, 46_004, 43_004, 50_005, 50_002, 43_019, 70_000, 43_101]],
  ['window', [45_015, 45_047, 45_080, 45_081]],
  ['stop', [48_004, 40_249, 43_116, 200_011, 200_013]],
  ['done', [45_065]],
  ['value', [41_001, 40_007, 47_003, 45_168, 45_067, 40_130, 40_032, 40_031, 40_152, 45_159]],
  ['value', [45_056, 45_058, 45_059, 45_157, 45_158, 40_016, 40_017, 40_018, 40_019, 40_020]],
  ['value', [40_021, 40_022, 40_023, 40_024, 40_025, 40_026, 40_027, 40_033, 40_054, 40_055]],
  ['value', [65_303, 65_316, 65_320, 40_029, 40_163, 42_003, 40_030, 42_002, 42_007, 45_072]],
  ['value', [45_008, 45_001, 45_002, 61_500, 61_501, 47_001, 44_002, 43_002, 40_062, 40_052]],
  ['value', [40_053, 40_202, 40_203, 45_083, 45_084, 45_113, 48_005, 53_503, 53_504, 53_505]],
  ['value', [76_001, 76_002, 76_003, 76_004, 76_022, 9_410_010, 9_410_011, 9_410_012]],
  ['value', [200_014, 200_016, 200_017, 200_018, 200_019, 200_020, 200_021, 200_022]],
  ['give-up', [99_999, 46_003]],
];

test.each(CODES)('%s is the advice for %j', (advice, codes) => {
  expect(codes.map(adviceFor)).toEqual(codes.map(() => advice));
});

test('only the codes of a busy platform pass within moments', () => {
  const known = CODES.flatMap(([, codes]) => codes);
  const busy = known.filter((errcode) => isBusy(new WechatError({ errcode, errmsg: '' })));
  expect(busy).toEqual([-1, 268_487_001, 268_487_002, 268_488_001]);
});

test.each([
  ['invalid media_id rid: 5f8a1c2d-1a2b3c4d-5e6f', '5f8a1c2d-1a2b3c4d-5e6f'],
  ['invalid media_id hint: [x] rid:5f8a-1-2', '5f8a-1-2'],
  ['system error', ''],
])('of %j the number under which support finds it is %j', (errmsg, rid) => {
  expect(new WechatError({ errcode: 40_007, errmsg }).rid).toBe(rid);
});

test('what came with a code can be asked for, and is in no log', () => {
  const answer = { errcode: 45_171, fail_openid_list: ['o1'] };
  const error = new WechatError({ errcode: 45_171, errmsg: 'partly', answer });
  expect(error.answer).toBe(answer);
  expect(inspect(error, { depth: 9 }) + JSON.stringify(error)).not.toContain('o1');
});

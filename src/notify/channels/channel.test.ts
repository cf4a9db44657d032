import { expect, test } from 'vitest';
import { DomainError } from '../../kernel/errors.ts';
import { RemoteError } from '../../platform/remote.ts';
import { WechatError } from '../../wechat/index.ts';
import { sendingOf } from './channel.ts';

const refused = (errcode: number) => new WechatError({ errcode, errmsg: 'no' });

test.each([
  [-1, 'put-off'],
  [45_009, 'put-off'],
  [40_001, 'put-off'],
  [45_015, 'not-this-way'],
  [45_047, 'not-this-way'],
  [43_101, 'not-this-way'],
  [70_000, 'not-this-way'],
  [43_004, 'unreachable'],
  [40_003, 'unreachable'],
  [47_003, 'failed'],
  [99_999, 'failed'],
])('code %i of the platform means %s', (errcode, outcome) => {
  expect(sendingOf(refused(errcode))).toMatchObject({ outcome, because: `errcode ${errcode}` });
});

test.each([40_037, 48_001, 48_004, 40_249, 43_116, 40_164])(
  'code %i stops the kind: somebody has to act',
  (errcode) => {
    expect(sendingOf(refused(errcode))).toMatchObject({ outcome: 'failed', stop: true });
  },
);

test('a wait that the platform names is kept', () => {
  expect(sendingOf(refused(45_011))).toMatchObject({ waitMs: 60_000 });
  expect(sendingOf(refused(89_506))).toMatchObject({ waitMs: 86_400_000 });
});

test('what was sent already counts as sent, under the number that it got', () => {
  const failure = { errcode: 45_065, errmsg: 'sent', answer: { errcode: 45_065, msg_id: 17 } };
  expect(sendingOf(new WechatError(failure))).toEqual({ outcome: 'sent', msgId: '17' });
});

test.each([
  [{ reason: 'timeout' }, 'timeout'],
  [{ reason: 'unreachable' }, 'unreachable'],
  [{ reason: 'status', status: 502 }, 'status 502'],
  [{ reason: 'not-json', status: 200 }, 'not-json 200'],
  [{ reason: 'unexpected' }, 'unexpected'],
] as const)('of a lost reply nothing is known: %o', (failure, because) => {
  expect(sendingOf(new RemoteError('wechat', failure))).toEqual({ outcome: 'unknown', because });
});

test('a line that fails before anything went out puts a message off', () => {
  const unsent = { reason: 'unreachable', isUnsent: true } as const;
  const putOff = { outcome: 'put-off', because: 'unreachable', waitMs: null };
  expect(sendingOf(new RemoteError('wechat', unsent))).toEqual(putOff);
  const tokenless = new RemoteError('wechat', { reason: 'status', status: 502 }).before();
  expect(sendingOf(tokenless)).toEqual({ ...putOff, because: 'status 502' });
});

test('what was refused before it went out is put off or failed', () => {
  const refusal = { code: 'WECHAT_TOKEN_MISSING', message: 'none' };
  expect(sendingOf(new DomainError({ ...refusal, kind: 'unavailable' }))).toMatchObject({
    outcome: 'put-off',
  });
  expect(sendingOf(new DomainError({ ...refusal, kind: 'invalid' }))).toMatchObject({
    outcome: 'failed',
    stop: false,
  });
});

test('a bug is thrown on', () => {
  expect(() => sendingOf(new TypeError('x is undefined'))).toThrow(TypeError);
});

import { expect, test } from 'vitest';
import { ConfigError } from '../config.ts';
import { DomainError, type ErrorKind } from '../kernel/errors.ts';
import * as wechat from '../wechat/index.ts';
import { CommandError, verdictOn } from './exit.ts';

const refusal = (kind: ErrorKind) =>
  new DomainError({ kind, code: 'ORDER_STATUS_CONFLICT', message: 'it was shipped already' });

test.each([
  [new CommandError(4, 'add --yes'), 4, 'add --yes'],
  [
    new ConfigError(['PORT is no number', 'TIMEZONE is none']),
    2,
    '✗ PORT is no number\n✗ TIMEZONE is none',
  ],
  [Object.assign(new Error('listen'), { code: 'EADDRINUSE', port: 3000 }), 2, 'port 3000 is taken'],
  [refusal('conflict'), 4, 'ORDER_STATUS_CONFLICT: it was shipped already'],
  [refusal('not-found'), 4, 'ORDER_STATUS_CONFLICT'],
  [refusal('unavailable'), 3, 'cannot be reached'],
  [new wechat.WechatError({ errcode: 40_164, errmsg: 'invalid ip' }), 1, 'WeChat answered 40164'],
  [new TypeError('a bug'), 1, 'exit.test.ts'],
  ['thrown text', 1, 'thrown text'],
])('%s ends with %i', (error, code, message) => {
  const verdict = verdictOn(error);
  expect(verdict.code).toBe(code);
  expect(verdict.message).toContain(message);
});

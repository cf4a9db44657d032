import { expect, test } from 'vitest';
import { openToken, signToken } from './signed-token.ts';

const secret = 'a secret of at least thirty-two characters';
const now = new Date('2026-01-31T08:00:00Z');
const expiresAt = new Date('2026-01-31T08:30:00Z');
const token = signToken(secret, { purpose: 'address', subject: 'mem_1', expiresAt });

test('a token opens until its last millisecond, for its purpose only', () => {
  expect(openToken(secret, { token, purpose: 'address', now })).toBe('mem_1');
  const last = new Date(expiresAt.getTime() - 1);
  expect(openToken(secret, { token, purpose: 'address', now: last })).toBe('mem_1');
  expect(openToken(secret, { token, purpose: 'address', now: expiresAt })).toBeNull();
  expect(openToken(secret, { token, purpose: 'export', now })).toBeNull();
  expect(openToken('another secret', { token, purpose: 'address', now })).toBeNull();
});

test.each([
  '',
  '.',
  'mem_1',
  token.replace('mem_1', 'mem_2'),
  token.replace(/\.[^.]+\./, '.zzzzzzzz.'),
  `${token}.x`,
  `${token}é`,
])('%j is nobody’s token', (text) => {
  expect(openToken(secret, { token: text, purpose: 'address', now })).toBeNull();
});

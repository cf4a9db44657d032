import { expect, test } from 'vitest';
import { newId } from '../../kernel/ids.ts';
import { isOffered, mustBeOffered } from './must-be-offered.ts';
import type { Reward } from './reward.model.ts';

const opening = new Date('2026-11-20T10:00:00+08:00');
const midnight = new Date('2026-12-01T00:00:00+08:00');

const mug: Reward = {
  _id: newId('rwd', opening),
  name: '马克杯',
  unit: '个',
  pricePoints: 1100,
  fulfilment: 'shipment',
  validDays: null,
  perMember: null,
  availableFrom: opening,
  availableUntil: midnight,
  status: 'on',
  order: 1,
  description: '',
};

test.each([
  ['a moment before it opens', '2026-11-20T09:59:59.999+08:00', 'OFFER_NOT_OPEN'],
  ['at the instant it opens', '2026-11-20T10:00:00+08:00', null],
  ['in its last millisecond', '2026-11-30T23:59:59.999+08:00', null],
  ['at the instant it is over', '2026-12-01T00:00:00+08:00', 'OFFER_CLOSED'],
])('an offer %s', (_when, instant, code) => {
  const now = new Date(instant);
  expect(isOffered(mug, now)).toBe(code === null);
  if (code === null) mustBeOffered(mug, now);
  else expect(() => mustBeOffered(mug, now)).toThrow(code);
});

test('who comes too early is told day and time, who comes too late the last day', () => {
  expect(() => mustBeOffered(mug, new Date('2026-11-01T00:00:00+08:00'))).toThrow(
    expect.objectContaining({
      kind: 'conflict',
      details: { name: '马克杯', date: '2026-11-20', time: '10:00' },
    }),
  );
  expect(() => mustBeOffered(mug, midnight)).toThrow(
    expect.objectContaining({ details: { name: '马克杯', date: '2026-11-30' } }),
  );
});

test('an offer without dates is always open, and one that is off is not there', () => {
  const always = { ...mug, availableFrom: null, availableUntil: null };
  mustBeOffered(always, new Date('2020-01-01T00:00:00Z'));
  expect(() => mustBeOffered({ ...always, status: 'off' }, opening)).toThrow('REWARD_NOT_FOUND');
  expect(isOffered({ ...always, status: 'off' }, opening)).toBe(false);
});

import { expect, it } from 'vitest';
import type { DomainError, ErrorKind } from '../../kernel/errors.ts';
import * as errors from './errors.ts';

/** What callers and the outside are told: its kind decides the answer, its code never changes. */
it.each<[string, ErrorKind, object, () => DomainError]>([
  ['POINTS_INVALID', 'invalid', { points: '0.5' }, () => errors.pointsInvalid(0.5)],
  ['KIND_UNKNOWN', 'invalid', { kind: 'gold' }, () => errors.kindUnknown('gold')],
  ['PURPOSE_UNKNOWN', 'invalid', { purpose: 'fun' }, () => errors.purposeUnknown('fun')],
  ['KEY_INVALID', 'invalid', {}, () => errors.keyInvalid()],
  ['ENTRY_NOT_REFUNDABLE', 'invalid', { moveId: 'm' }, () => errors.entryNotRefundable('m')],
  [
    'POINTS_INSUFFICIENT',
    'conflict',
    { balance: 3, needed: 5, missing: 2 },
    () => errors.pointsInsufficient({ balance: 3, needed: 5 }),
  ],
  ['HOLD_EXISTS', 'conflict', { holdId: 'h' }, () => errors.holdExists('h')],
  ['HOLD_NOT_FOUND', 'not-found', { holdId: 'h' }, () => errors.holdNotFound('h')],
  [
    'REFUND_EXCEEDS_PAYMENT',
    'conflict',
    { paid: 5, refunded: 4 },
    () => errors.refundExceedsPayment({ paid: 5, refunded: 4 }),
  ],
  [
    'REFUND_WINDOW_CLOSED',
    'conflict',
    { paid: 5, refunded: 4 },
    () => errors.refundWindowClosed({ paid: 5, refunded: 4 }),
  ],
  ['DEBT_OPEN', 'conflict', {}, () => errors.debtOpen()],
  [
    'EXPIRED_POINTS_INSUFFICIENT',
    'conflict',
    { expired: 1, needed: 2 },
    () => errors.expiredPointsInsufficient({ expired: 1, needed: 2 }),
  ],
  ['ACCOUNT_FROZEN', 'forbidden', { accountId: 'mem_1' }, () => errors.accountFrozen('mem_1')],
  ['ACCOUNT_CLOSED', 'conflict', { accountId: 'mem_1' }, () => errors.accountClosed('mem_1')],
  [
    'ACCOUNT_NOT_ACTIVE',
    'conflict',
    { accountId: 'mem_1' },
    () => errors.accountNotActive('mem_1'),
  ],
  [
    'ACCOUNT_NOT_FROZEN',
    'conflict',
    { accountId: 'mem_1' },
    () => errors.accountNotFrozen('mem_1'),
  ],
  [
    'ACCOUNT_BUSY',
    'conflict',
    { holds: 1, deliveries: 2 },
    () => errors.accountBusy({ holds: 1, deliveries: 2 }),
  ],
  ['HOLDS_TOO_MANY', 'limited', { max: 64 }, () => errors.holdsTooMany(64)],
  ['DELIVERIES_TOO_MANY', 'limited', { max: 16 }, () => errors.deliveriesTooMany(16)],
  ['FACT_FROM_THE_FUTURE', 'unavailable', { key: 'k' }, () => errors.factFromTheFuture('k')],
  ['LEDGER_BUSY', 'unavailable', { accountId: 'mem_1' }, () => errors.ledgerBusy('mem_1')],
])('%s is told as %s, with its facts and a sentence', (code, kind, details, refusal) => {
  const error = refusal();
  expect(error).toMatchObject({ kind, code });
  expect(error.details).toEqual(details);
  expect(error.message).toMatch(/^[A-Z_]+: \w/);
});

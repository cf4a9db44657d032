import { expect, it } from 'vitest';
import { OneAccount } from '../../../tests/support/one-account.ts';
import { newAccount } from './account.model.ts';
import { chainHash } from './chain.ts';
import { Draft } from './draft.ts';
import { type EntryHead, sealEntry } from './seal-entry.ts';

const NOW = new Date('2026-01-05T08:00:00+08:00');
const HEAD: EntryHead = {
  key: 'earn:1:2',
  actor: { type: 'system', id: 'test' },
  cause: 'msg:1',
  outcome: { n: 1 },
};

it('an entry tells what changed and nothing else, and its reason is the first word of its key', () => {
  const draft = new Draft(newAccount('mem_1'), NOW);
  draft.give('earn', [{ kind: 'general', expiresOn: '2026-02-01', points: 3 }], {
    against: { issued: -3 },
  });
  const account = sealEntry(draft, HEAD);
  const [{ hash = '', ...body } = {}] = account.outbox;
  expect(body).toStrictEqual({
    seq: 1,
    key: 'earn:1:2',
    reason: 'earn',
    postedAt: NOW,
    actor: { type: 'system', id: 'test' },
    cause: 'msg:1',
    moves: draft.moves,
    outcome: { n: 1 },
    balanceAfter: 3,
  });
  expect(hash).toBe(chainHash('', body));
  expect(account).toMatchObject({ seq: 1, lastPostedAt: NOW, chainHead: hash });
});

it('an entry tells facets, deliveries, the answered one and the status when they changed', () => {
  const draft = new Draft(newAccount('mem_1'), NOW);
  draft.putFacet('a.x', { n: 1 });
  draft.setStatus('frozen');
  draft.answer('mem_1.000000000#0');
  const part = { type: 'order', to: 'a', payload: {}, lots: [], contra: 'redeemed' } as const;
  const delivery = draft.addDelivery(part);
  const entry = sealEntry(draft, HEAD).outbox[0];
  expect(entry).toMatchObject({
    facets: { a: { x: { n: 1 } } },
    deliveries: [delivery],
    answered: 'mem_1.000000000#0',
    status: 'frozen',
  });
});

it('each entry follows from the one before', () => {
  const one = new OneAccount('2026-01-05');
  one.post((book) => book.earn({ points: 1, expiresOn: '2026-02-01' }));
  const before = one.account.chainHead;
  one.post((book) => book.earn({ points: 1, expiresOn: '2026-02-01' }));
  const [first, second] = one.account.outbox;
  const { hash, ...body } = second ?? {};
  expect(first?.hash).toBe(before);
  expect(hash).toBe(chainHash(before, body));
  expect(hash).toHaveLength(22);
});

it.each([
  ['lots', { lots: [{ kind: 'general', expiresOn: '2026-02-01', points: 1 }] }, 1],
  ['holds', { holds: [{ holdId: 'h', points: 2, lots: [], until: NOW }] }, 2],
  ['debts', { debts: [{ debtId: 'd', type: 'loan', points: 3 }] }, -3],
  ['totals', { totals: { issued: -4 } }, -4],
] as const)('books that do not balance are never written: %s', (_, part, off) => {
  const draft = new Draft({ ...newAccount('mem_1'), ...part }, NOW);
  draft.setStatus('frozen');
  expect(() => sealEntry(draft, HEAD)).toThrow(`the books of mem_1 do not balance: ${off}`);
});

import { describe, expect, it } from 'vitest';
import {
  type Books,
  booksOf,
  edited,
  findings,
  messages,
  move,
  proofOf,
  rich,
} from '../../../tests/support/audited-books.ts';
import { OneAccount } from '../../../tests/support/one-account.ts';

describe('L8, deliveries', () => {
  function sending(): OneAccount {
    const one = rich();
    one.post((book) => {
      book.send({ to: 'mem_2', points: 3 });
      book.deliver({ type: 'order', to: 'a', payload: {} });
    });
    return one;
  }
  const sent = 'mem_1.000000002#0';

  it('that are open are those that were sent, as they were sent', () => {
    const one = sending();
    expect(edited(one, () => undefined)).toEqual([]);
    const open = (change: object) =>
      edited(one, ({ account }) => Object.assign(account.deliveries[0] ?? {}, change));
    expect(open({ attempts: 3, nextAttemptAt: new Date('2026-01-05T09:00:00+08:00') })).toEqual([]);
    expect(open({ to: 'mem_thief' })).toEqual(['L8']);
    expect(open({ deliveryId: 'mem_1.000000009#0' })).toEqual(['L8']);
  });

  it('carry the number of the entry that sent them', () => {
    const found = edited(sending(), (books) => {
      const [first] = books.entries[1]?.deliveries ?? [];
      Object.assign(first ?? {}, { deliveryId: 'mem_1.000000001#0' });
    });
    expect(found).toEqual(['L8 2', 'L8']);
  });

  it('of points are told as arrived when they are open no more and did not come back', () => {
    const one = sending();
    const books = booksOf(one);
    expect(proofOf(books)).toMatchObject({ arrived: [], cameBack: [] });
    books.account.deliveries = [];
    expect(proofOf(books).arrived.map(({ deliveryId }) => deliveryId)).toEqual([sent]);
    expect(findings(books)).toEqual([]);
  });

  it('that were refused are told as come back; accepted ones are not', () => {
    for (const outcome of ['refused', 'accepted']) {
      const one = sending();
      const [delivery] = one.account.deliveries;
      if (!delivery) throw new Error('nothing was sent');
      const isBack = outcome === 'refused';
      one.post((book) => (isBack ? book.takeBack(delivery) : undefined), {
        answers: sent,
        outcome: { outcome },
      });
      const proof = proofOf(booksOf(one));
      expect(proof.findings).toEqual([]);
      expect(proof.arrived).toHaveLength(isBack ? 0 : 1);
      expect(proof.cameBack).toHaveLength(isBack ? 1 : 0);
    }
  });

  it('of points alone are told as arrived: what was asked for is not', () => {
    const one = rich();
    one.post((book) => {
      const refundable = book.spend({ points: 5, purpose: 'redemption' });
      book.deliver({ type: 'order', to: 'a', payload: {}, refundable });
      book.send({ to: 'mem_2', points: 3 });
    });
    const books = booksOf(one);
    books.account.deliveries = [];
    const [, gift] = books.entries[1]?.deliveries ?? [];
    expect(proofOf(books).arrived).toEqual([gift]);
    Object.assign(gift ?? {}, { lots: [] });
    expect(proofOf(books).arrived).toEqual([]);
  });

  it('that were refused bring back all that they took, with the answer and only then', () => {
    const one = sending();
    const [delivery, asked] = one.account.deliveries;
    if (!delivery || !asked) throw new Error('nothing was sent');
    const refused = { outcome: 'refused' };
    one.post((book) => book.takeBack(delivery), { answers: sent, outcome: refused });
    one.post(() => undefined, { answers: asked.deliveryId, outcome: refused });
    expect(messages(booksOf(one))).toEqual([]);
    const found = (edit: (books: Books) => void) => {
      const books = booksOf(one);
      edit(books);
      return messages(books).filter((text) => text.startsWith('L8'));
    };
    expect(found((books) => Object.assign(books.entries[2] ?? {}, { moves: [] }))).toEqual([
      `L8: 0 of 3 points came back of delivery ${sent}`,
    ]);
    const accepted = { outcome: { outcome: 'accepted' } };
    expect(found((books) => Object.assign(books.entries[2] ?? {}, accepted))).toEqual([
      `L8: 3 of 0 points came back of delivery ${sent}`,
    ]);
    expect(found((books) => Object.assign(move(books, 3), { of: asked.deliveryId }))).toEqual([
      `L8: delivery ${asked.deliveryId} comes back without an answer`,
    ]);
    const unasked = found((books) => delete books.entries[2]?.answered);
    expect(unasked).toContain(`L8: delivery ${sent} comes back without an answer`);
    expect(unasked).toContain('L8: 3 of 0 points came back of delivery ');
    const behindGap = booksOf(one);
    behindGap.entries.splice(1, 1);
    expect(findings(behindGap)).toEqual(['L4 2']);
  });

  it('are answered once, and then open no more', () => {
    const one = sending();
    const [delivery] = one.account.deliveries;
    if (!delivery) throw new Error('nothing was sent');
    const answer = { answers: sent, outcome: { outcome: 'accepted' } };
    one.post(() => undefined, answer);
    const again = edited(one, ({ account }) => account.deliveries.unshift(delivery));
    expect(again).toEqual(['L8 3']);
    one.post((book) => book.earn({ points: 1, expiresOn: '2026-09-01' }));
    const twice = edited(one, (books) => Object.assign(books.entries[3] ?? {}, { answered: sent }));
    expect(twice).toEqual(['L8 4']);
  });

  it('are received once, and told with their points', () => {
    const [delivery] = sending().account.deliveries;
    if (!delivery) throw new Error('nothing was sent');
    const receiver = new OneAccount('2026-01-05', 'mem_2');
    receiver.post((book) => book.receive(delivery));
    expect([...proofOf(booksOf(receiver)).received]).toEqual([
      [sent, { points: 3, entryId: 'mem_2.000000001' }],
    ]);
    receiver.post((book) => book.receive(delivery));
    expect(findings(booksOf(receiver))).toEqual(['L8 2']);
  });
});

import { describe, expect, it } from 'vitest';
import { OneAccount } from '../../../tests/support/one-account.ts';
import type { Delivery } from './entry.model.ts';
import type { Lot } from './points.ts';

const SENT_AT = new Date('2026-01-05T08:00:00+08:00');

function lot(expiresOn: Lot['expiresOn'], points: number): Lot {
  return { kind: 'general', expiresOn, points };
}

/** An account with 10 points until February and 10 until September. */
function rich(accountId: 'mem_1' | 'mem_2' = 'mem_1'): OneAccount {
  const one = new OneAccount('2026-01-05', accountId);
  one.post((book) => {
    book.earn({ points: 10, expiresOn: '2026-02-01' });
    book.earn({ points: 10, expiresOn: '2026-09-01' });
  });
  return one;
}

function sent(one: OneAccount, points: number): Delivery {
  const [delivery] = one.post((book) => book.send({ to: 'mem_2', points })).deliveries ?? [];
  if (!delivery) throw new Error('nothing was sent');
  return delivery;
}

describe('points that are sent', () => {
  it('leave their lots and travel in a delivery', () => {
    const one = rich();
    const entry = one.post((book) => book.send({ to: 'mem_2', points: 12, payload: { n: 1 } }));
    const lots = [lot('2026-02-01', 10), lot('2026-09-01', 2)];
    const delivery: Delivery = {
      deliveryId: 'mem_1.000000002#0',
      type: 'points',
      to: 'mem_2',
      payload: { n: 1 },
      lots,
      contra: 'inTransit',
      sentAt: SENT_AT,
      attempts: 0,
      nextAttemptAt: new Date(SENT_AT.getTime() + 30_000),
    };
    expect(entry.moves).toStrictEqual([
      {
        type: 'send',
        postings: { inTransit: 12, spendable: -12 },
        purpose: 'transfer',
        taken: lots,
      },
    ]);
    expect(entry.deliveries).toStrictEqual([delivery]);
    expect(one.account.deliveries).toEqual([delivery]);
  });

  it('have no payload unless one is given, and are general points', () => {
    const one = rich();
    expect(sent(one, 1).payload).toEqual({});
    expect(() => sent(one, 0)).toThrow('POINTS_INVALID');
    one.post((book) => book.earn({ points: 10, expiresOn: '2026-09-01', kind: 'loan' }));
    expect(() => sent(one, 20)).toThrow('POINTS_INSUFFICIENT');
  });

  it('are counted within their entry', () => {
    const one = rich();
    const entry = one.post((book) => {
      book.send({ to: 'mem_2', points: 1 });
      book.send({ to: 'mem_3', points: 1 });
    });
    expect(entry.deliveries?.map(({ deliveryId, to }) => [deliveryId, to])).toEqual([
      ['mem_1.000000002#0', 'mem_2'],
      ['mem_1.000000002#1', 'mem_3'],
    ]);
  });

  it('arrive as the lots that they were', () => {
    const delivery = sent(rich(), 12);
    const receiver = new OneAccount('2026-01-05', 'mem_2');
    expect(receiver.moves((book) => book.receive(delivery))).toStrictEqual([
      {
        type: 'receive',
        postings: { inTransit: -12, spendable: 12 },
        of: 'mem_1.000000002#0',
        given: delivery.lots,
      },
    ]);
    receiver.post((book) => book.freeze());
    expect(() => receiver.post((book) => book.receive(delivery))).toThrow('ACCOUNT_FROZEN');
  });

  it('come back as they were; what expired meanwhile is valid for seven days', () => {
    const one = rich();
    const delivery = sent(one, 12);
    one.time = '2026-02-01';
    const entry = one.post((book) => book.takeBack(delivery), { answers: delivery.deliveryId });
    expect(entry.moves).toStrictEqual([
      {
        type: 'return',
        postings: { inTransit: -12, spendable: 12 },
        of: 'mem_1.000000002#0',
        given: [lot('2026-02-08', 10), lot('2026-09-01', 2)],
      },
    ]);
    expect(entry.answered).toBe('mem_1.000000002#0');
    expect(one.account.deliveries).toEqual([]);
  });

  it('come back with their own day while that is to come, however soon', () => {
    const one = rich();
    const delivery = sent(one, 2);
    one.time = '2026-01-31';
    const [move] = one.moves((book) => book.takeBack(delivery));
    expect(move?.given).toEqual([lot('2026-02-01', 2)]);
  });

  it('that are answered leave the other deliveries open', () => {
    const one = rich();
    const [first, second] = [sent(one, 1), sent(one, 1)];
    one.post((book) => book.takeBack(first), { answers: first.deliveryId });
    expect(one.account.deliveries).toEqual([second]);
  });
});

describe('a message', () => {
  it('carries what its move took, to bring it back from where it went', () => {
    const one = rich();
    const { deliveries = [] } = one.post((book) => {
      const paid = book.spend({ points: 1, purpose: 'redemption' });
      const given = book.spend({ points: 2, purpose: 'donation', into: 'donated' });
      book.deliver({ type: 'order', to: 'a', payload: {}, refundable: paid });
      book.deliver({ type: 'order', to: 'b', payload: {}, refundable: given });
      book.deliver({ type: 'order', to: 'c', payload: {} });
    });
    expect(deliveries.map(({ to, lots, contra }) => [to, lots, contra])).toEqual([
      ['a', [lot('2026-02-01', 1)], 'redeemed'],
      ['b', [lot('2026-02-01', 2)], 'donated'],
      ['c', [], 'redeemed'],
    ]);
    const [, back] = deliveries;
    if (!back) throw new Error('nothing was sent');
    const [move] = one.moves((book) => book.takeBack(back));
    expect(move?.postings).toEqual({ donated: -2, spendable: 2 });
  });

  it('that a move gave for is sent without lots', () => {
    const one = rich();
    const { deliveries = [] } = one.post((book) => {
      const refundable = book.earn({ points: 1, expiresOn: '2026-09-01' });
      book.deliver({ type: 'order', to: 'a', payload: {}, refundable });
    });
    expect(deliveries[0]?.lots).toEqual([]);
  });

  it('is sent by a frozen account, and not by a closed one', () => {
    const one = rich();
    one.post((book) => book.freeze());
    one.post((book) => book.deliver({ type: 'order', to: 'a', payload: {} }));
    expect(one.account.deliveries).toHaveLength(1);
  });

  it('carries plain facts only', () => {
    const one = rich();
    const payload = { at: new Date(0) } as never;
    expect(() => one.post((book) => book.deliver({ type: 'order', to: 'a', payload }))).toThrow(
      'the payload of a delivery holds more than plain JSON',
    );
  });
});

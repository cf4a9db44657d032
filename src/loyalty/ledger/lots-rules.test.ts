import { describe, expect, it } from 'vitest';
import { addLots, addMonth, closestPair, spendableOf, sumOf, takeLots, withGrace } from './lots.ts';
import type { Lot } from './points.ts';

function lot(expiresOn: Lot['expiresOn'], points: number, kind: Lot['kind'] = 'general'): Lot {
  return { kind, expiresOn, points };
}

const A = lot('2026-02-01', 10);
const B = lot('2026-03-01', 20);

describe('lists of lots are replaced, never changed', () => {
  it('the same list comes back when nothing is added', () => {
    const lots = [A, B];
    expect(addLots(lots, [])).toBe(lots);
  });

  it('a lot that stays is the same object, one that is gone leaves nothing behind', () => {
    const lots = Object.freeze([A, B]);
    const split = takeLots(lots, 10);
    expect(split?.rest).toEqual([B]);
    expect(split?.rest[0]).toBe(B);
    expect(addLots(lots, [lot('2026-02-15', 1)])).toEqual([A, lot('2026-02-15', 1), B]);
    expect(lots).toEqual([A, B]);
  });
});

describe('what can be spent', () => {
  it('is what expires behind today, of the kinds that are asked', () => {
    const lots = [A, B, lot('2026-03-01', 5, 'festival'), lot('2026-03-01', 7, 'unit')];
    expect(spendableOf(lots, '2026-01-31')).toBe(42);
    expect(spendableOf(lots, '2026-02-01')).toBe(32);
    expect(spendableOf(lots, '2026-02-01', ['festival', 'unit'])).toBe(12);
    expect(spendableOf(lots, '2026-02-01', [])).toBe(0);
    expect(sumOf(lots)).toBe(42);
  });
});

describe('days of grace', () => {
  it('leave a lot as it is that lives long enough', () => {
    const [same] = withGrace([A], '2026-01-24');
    expect(same).toBe(A);
    expect(withGrace([A], '2026-01-25')).toEqual([A]);
    expect(withGrace([A], '2026-01-26')).toEqual([lot('2026-02-02', 10)]);
  });
});

describe('the closest lots', () => {
  it('are the first of those that are equally close', () => {
    const days = ['2026-02-01', '2026-02-05', '2026-02-09'] as const;
    const lots = days.map((day) => lot(day, 1));
    expect(closestPair(lots)).toEqual([lots[0], lots[1]]);
  });

  it('are neighbours of one kind, whatever lies between', () => {
    const lots = [lot('2026-02-01', 1), lot('2026-02-02', 1, 'loan'), lot('2026-02-03', 1)];
    expect(closestPair([...lots, lot('2026-02-09', 1, 'loan')])).toEqual([lots[0], lots[2]]);
  });
});

it('months of expiry are sorted, whichever comes last', () => {
  let list = addMonth([], '2026-03', 1);
  for (const month of ['2026-01', '2026-02', '2026-01', '2026-03']) list = addMonth(list, month, 1);
  expect(list).toEqual([
    { month: '2026-01', points: 2 },
    { month: '2026-02', points: 1 },
    { month: '2026-03', points: 2 },
  ]);
});

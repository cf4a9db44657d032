import { describe, expect, it } from 'vitest';
import {
  addLots,
  addMonth,
  closestPair,
  sliceOf,
  takeLots,
  withGrace,
  withoutLots,
} from './lots.ts';
import type { Lot } from './points.ts';

function lot(expiresOn: string, points: number, kind: Lot['kind'] = 'general'): Lot {
  return { kind, expiresOn: expiresOn as Lot['expiresOn'], points };
}

const A = lot('2026-02-01', 10);
const B = lot('2026-03-01', 20);
const F = lot('2026-03-01', 5, 'festival');

describe('lots', () => {
  it.each([
    ['another day', [B], [A], [A, B]],
    ['another kind on the same day', [B], [F], [F, B]],
    ['the same kind and day', [A, B], [lot('2026-03-01', 1)], [A, lot('2026-03-01', 21)]],
    ['nothing', [A], [], [A]],
  ])('adding %s keeps them sorted and each once', (_, lots, more, expected) => {
    expect(addLots(lots, more)).toEqual(expected);
  });

  it.each([
    ['a part of the first', 4, [lot('2026-02-01', 6), F, B], [lot('2026-02-01', 4)]],
    ['the first exactly', 10, [F, B], [A]],
    [
      'into the second',
      12,
      [lot('2026-03-01', 3, 'festival'), B],
      [A, lot('2026-03-01', 2, 'festival')],
    ],
    ['everything', 35, [], [A, F, B]],
    ['nothing', 0, [A, F, B], []],
  ])('taking %s', (_, points, rest, taken) => {
    expect(takeLots([A, F, B], points)).toEqual({ rest, taken });
  });

  it('are not taken when they do not suffice, or may not be', () => {
    expect(takeLots([A, B], 31)).toBeNull();
    expect(takeLots([A, F, B], 31, ({ kind }) => kind === 'general')).toBeNull();
    expect(takeLots([A, F, B], 30, ({ kind }) => kind === 'general')?.rest).toEqual([F]);
  });

  it('can be taken out one by one, or not at all', () => {
    expect(withoutLots([A, B], [lot('2026-03-01', 5)])).toEqual([A, lot('2026-03-01', 15)]);
    expect(withoutLots([A, B], [lot('2026-02-01', 11)])).toBeNull();
  });

  it.each([
    [0, 10, [A]],
    [0, 12, [A, lot('2026-03-01', 2)]],
    [5, 10, [lot('2026-02-01', 5), lot('2026-03-01', 5)]],
    [10, 20, [B]],
    [29, 1, [lot('2026-03-01', 1)]],
    [30, 0, []],
  ])('from point %i, %i points', (from, points, expected) => {
    expect(sliceOf([A, B], from, points)).toEqual(expected);
  });

  it('that come back live seven days at least', () => {
    expect(withGrace([A, B], '2026-01-28')).toEqual([lot('2026-02-04', 10), B]);
    expect(withGrace([A], '2026-01-24')).toEqual([A]);
  });

  it('of one kind whose days are closest are found', () => {
    const C = lot('2026-03-02', 1, 'festival');
    const D = lot('2026-06-01', 1);
    expect(closestPair([A, F, B, C, D])).toEqual([F, C]);
    expect(closestPair([A, B, D])).toEqual([A, B]);
    expect(() => closestPair([A, F])).toThrow('two lots of one kind exist');
  });
});

it('thirteen months of expiry are remembered', () => {
  let list = addMonth([], '2026-02', 5);
  list = addMonth(list, '2026-02', 2);
  list = addMonth(list, '2026-01', 1);
  expect(list).toEqual([
    { month: '2026-01', points: 1 },
    { month: '2026-02', points: 7 },
  ]);
  for (let n = 3; n <= 12; n++) list = addMonth(list, `2026-${String(n).padStart(2, '0')}`, n);
  list = addMonth(addMonth(list, '2027-01', 1), '2027-02', 1);
  expect(list).toHaveLength(13);
  expect(list[0]).toEqual({ month: '2026-02', points: 7 });
});

import { expect, test } from 'vitest';
import { later, noon, useBroadcasts } from '../../../tests/support/broadcasts.ts';
import { crowd, type Face } from '../../../tests/support/crowd.ts';
import { createBroadcast, getBroadcast, sendBroadcasts, startBroadcast } from './index.ts';

const platform = useBroadcasts();

const MOST_RUNS = 30;

/** Sends a mass message to everybody, a run every two minutes, until it is done. */
async function sent({ ratePerMinute = 600_000, batchSize = 10_000 }) {
  const { _id } = await createBroadcast(
    noon,
    `name: x\nchannel: mass\nratePerMinute: ${ratePerMinute}\n` +
      'content: { type: text, text: 会员日快乐 }\naudience: { members: all }',
  );
  await startBroadcast(noon, _id);
  for (let n = 0; n < MOST_RUNS; n++) {
    await sendBroadcasts(later(2 * n), { api: platform().api, runMs: 600_000, batchSize });
    const { status, counts } = await getBroadcast(noon, _id);
    if (status === 'done') return counts;
  }
  throw new Error('it is not done');
}

const sizes = () => platform().asked.map(({ openIds }) => openIds.length);
const everyNth = (n: number) => (i: number) =>
  ({ notices: i % n === n - 1 ? 'on' : 'off' }) as Face;

test.each([
  { members: 21, ratePerMinute: 10, expected: [10, 9, 2] },
  { members: 20, ratePerMinute: 10, expected: [10, 10] },
  { members: 22, ratePerMinute: 10, expected: [10, 10, 2] },
  { members: 4, ratePerMinute: 3, expected: [2, 2] },
  { members: 7, ratePerMinute: 3, expected: [3, 2, 2] },
])('$members members at $ratePerMinute a minute are $expected', async (given) => {
  const { members, ratePerMinute, expected } = given;
  const openIds = await crowd(members);
  expect(await sent({ ratePerMinute })).toMatchObject({ sent: members, failed: {} });
  expect(sizes()).toEqual(expected);
  expect([...platform().shown.keys()].toSorted()).toEqual(openIds.toSorted());
  expect(new Set(platform().shown.values())).toEqual(new Set([1]));
});

test('the last one waits for a batch of two, though others are left out in between', async () => {
  // Every third wants it: 7 of 21 members, and nobody behind the last of them.
  await crowd(21, everyNth(3));
  const counts = await sent({ batchSize: 3 });
  expect(counts).toEqual({
    considered: 21,
    sent: 7,
    unknown: 0,
    failed: {},
    skipped: { 'opted-out': 14 },
  });
  expect(sizes()).toEqual([3, 2, 2]);
});

test('who is far between is looked for until there are two', async () => {
  // One in 1,500: the second is behind what a batch is otherwise content with.
  await crowd(4600, everyNth(1500));
  expect(await sent({ batchSize: 500 })).toMatchObject({
    considered: 4600,
    sent: 3,
    failed: {},
    skipped: { 'opted-out': 4597 },
  });
  expect(sizes()).toEqual([3]);
});

test('an audience of one is told apart: there is nobody to go with', async () => {
  await crowd(1);
  expect(await sent({})).toMatchObject({ sent: 0, failed: { MASS_INVALID: 1 } });
});

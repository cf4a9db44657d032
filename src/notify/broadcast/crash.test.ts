import { mongo } from 'mongoose';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { later, noon, useBroadcasts } from '../../../tests/support/broadcasts.ts';
import { crowd } from '../../../tests/support/crowd.ts';
import { withLease } from '../../platform/lease.ts';
import { database } from '../../platform/mongo.ts';
import { RemoteError } from '../../platform/remote.ts';
import {
  type BroadcastId,
  createBroadcast,
  failuresOf,
  getBroadcast,
  sendBroadcasts,
  startBroadcast,
} from './index.ts';

const platform = useBroadcasts({ stays: true });

const MEMBERS = 10;
const SMALL = { batchSize: 4, atOnce: 3, runMs: 600_000 };
const WRITES = ['insertOne', 'updateOne', 'updateMany', 'bulkWrite', 'findOneAndUpdate'] as const;

let openIds: readonly string[] = [];
beforeAll(async () => {
  openIds = await crowd(MEMBERS, () => ({ consents: 1000 }));
});
afterEach(() => vi.restoreAllMocks());

async function started(): Promise<BroadcastId> {
  const { _id } = await createBroadcast(
    noon,
    'name: x\nchannel: subscription\naudience: { members: all }\n' +
      'content: { templateId: S1, data: { thing1: 咖啡豆, date2: 2026年11月24日 } }',
  );
  await startBroadcast(noon, _id);
  return _id;
}

const run = (minutes: number) => sendBroadcasts(later(minutes), { api: platform().api, ...SMALL });

/** From its n-th write on the database is gone for this process; the n-th itself was done, or not. */
function dieAt(n: number, isDone: boolean): { writes: number } {
  const seen = { writes: 0 };
  for (const name of WRITES) {
    const write = mongo.Collection.prototype[name] as (...given: unknown[]) => Promise<unknown>;
    vi.spyOn(mongo.Collection.prototype, name).mockImplementation(async function (
      this: unknown,
      ...given: unknown[]
    ) {
      seen.writes += 1;
      if (seen.writes > n || (seen.writes === n && !isDone)) throw new Error('killed');
      const answer = await write.apply(this, given);
      if (seen.writes === n) throw new Error('killed');
      return answer;
    } as never);
  }
  return seen;
}

async function countsOf(id: BroadcastId) {
  const { status, counts } = await getBroadcast(noon, id);
  return { status, ...counts };
}

test('what may have been sent is not sent again after a time in which nothing could be', async () => {
  const id = await started();
  vi.spyOn(mongo.Collection.prototype, 'updateOne').mockRejectedValue(new Error('killed'));
  await expect(run(0)).rejects.toThrow('killed');
  vi.restoreAllMocks();
  const before = platform().shown.size;
  expect(before).toBeGreaterThan(0);
  const send = () =>
    Promise.reject(new RemoteError('wechat', { reason: 'unreachable', isUnsent: true }));
  const { api } = platform();
  const cutOff = { ...api, subscriptions: { ...api.subscriptions, send } };
  await sendBroadcasts(later(2), { api: cutOff, ...SMALL });
  expect(await countsOf(id)).toMatchObject({ status: 'paused', sent: 0, unknown: 0 });
  platform().forgetIds();
  await run(20);
  const { status, sent = 0, unknown = 0 } = await countsOf(id);
  expect(status).toBe('done');
  expect(unknown).toBeGreaterThanOrEqual(before);
  expect(sent + unknown).toBe(MEMBERS);
  expect(Math.max(...platform().shown.values())).toBe(1);
});

/** So many writes there are at least; the way to the end has an end. */
const WRITES_LEAST = 12;
const WRITES_MOST = 60;
const WAYS = [
  { before: 'before', isDone: false },
  { before: 'after', isDone: true },
];

describe.each(WAYS)('a process that dies $before any of its writes', ({ isDone }) => {
  test('is followed by one that reaches everybody once', { timeout: 120_000 }, async () => {
    let n = 1;
    for (; n < WRITES_MOST; n++) {
      const id = await started();
      const seen = dieAt(n, isDone);
      const first = await run(0).then(
        () => 'lived',
        () => 'died',
      );
      vi.restoreAllMocks();
      if (first === 'lived' && seen.writes < n) break;
      await run(2);
      expect(await countsOf(id), `write ${n}`).toMatchObject({
        status: 'done',
        considered: MEMBERS,
        sent: MEMBERS,
        unknown: 0,
        skipped: {},
      });
      expect([...platform().shown.values()], `write ${n}`).toEqual(openIds.map(() => 1));
      platform().shown.clear();
      await database().collection('push_counts').deleteMany({});
    }
    expect(n).toBeGreaterThan(WRITES_LEAST);
    expect(n).toBeLessThan(WRITES_MOST);
  });

  test('long ago leaves some of whom it is said that nobody knows', {
    timeout: 120_000,
  }, async () => {
    let n = 1;
    for (; n < WRITES_MOST; n++) {
      const id = await started();
      const seen = dieAt(n, isDone);
      const first = await run(0).then(
        () => 'lived',
        () => 'died',
      );
      vi.restoreAllMocks();
      if (first === 'lived' && seen.writes < n) break;
      platform().forgetIds();
      await run(30);
      const { sent, unknown, status } = await countsOf(id);
      expect({ status, total: sent + unknown }).toEqual({ status: 'done', total: MEMBERS });
      expect(new Set(platform().shown.values()), `write ${n}`).toEqual(new Set([1]));
      const lines: string[] = [];
      for await (const line of failuresOf(noon, id)) lines.push(line);
      expect(lines.slice(1)).toHaveLength(unknown);
      expect(platform().shown.size).toBeGreaterThanOrEqual(sent);
      expect(platform().shown.size).toBeLessThanOrEqual(MEMBERS);
      platform().shown.clear();
      await database().collection('push_counts').deleteMany({});
    }
    expect(n).toBeGreaterThan(WRITES_LEAST);
    expect(n).toBeLessThan(WRITES_MOST);
  });
});

test('two instances under one lease, and two without one, reach everybody once', async () => {
  const id = await started();
  const lease = { name: 'job:send-broadcasts', holdMs: 60_000 };
  await Promise.all([0, 1].map(() => withLease(noon, lease, () => run(0))));
  expect(await countsOf(id)).toMatchObject({ status: 'done', sent: MEMBERS });
  expect([...platform().shown.values()]).toEqual(openIds.map(() => 1));
  platform().shown.clear();
  await database().collection('push_counts').deleteMany({});
  const other = await started();
  await Promise.all([run(0), run(0), run(0)]);
  for (const minutes of [1, 2]) await run(minutes);
  expect(await countsOf(other)).toMatchObject({ status: 'done', sent: MEMBERS, unknown: 0 });
  expect([...platform().shown.values()]).toEqual(openIds.map(() => 1));
});

import { randomInt, randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { at } from '../../../tests/support/context.ts';
import { useDatabase } from '../../../tests/support/database.ts';
import { useDataKey } from '../../platform/data-key.ts';
import { enrol, findMember, getMember, leave, setAddress, switchNotices } from './index.ts';
import { MemberModel } from './member.model.ts';

vi.mock('node:crypto', async (original) => {
  const crypto = await original<typeof import('node:crypto')>();
  return { ...crypto, randomInt: vi.fn(crypto.randomInt) };
});

useDatabase();
beforeAll(() => useDataKey(Buffer.alloc(32, 7)));

const noon = new Date('2026-01-31T12:00:00+08:00');
const HOME = {
  name: '王小满',
  phone: '13812342046',
  province: '浙江省',
  city: '杭州市',
  district: '滨江区',
  detail: '江南大道 100 号',
};

function minutes(count: number): Date {
  return new Date(noon.getTime() + count * 60_000);
}

/** One message of a follower, so many minutes after noon. */
function sent(openId: string, minute: number, by: 'subscribe' | 'message' | 'scan' = 'message') {
  const ctx = at(minutes(minute).toISOString(), { cause: randomUUID() });
  return { ctx, input: { openId, at: minutes(minute), by } };
}

async function enrolled(openId: string, minute = 0) {
  const { ctx, input } = sent(openId, minute, 'subscribe');
  return enrol(ctx, input);
}

describe('a follower becomes a member', () => {
  test('by following through the code of a store, with the privacy notice on record', async () => {
    const { ctx, input } = sent('o_store', 0, 'subscribe');
    const { member, occasion } = await enrol(ctx, { ...input, scene: 'store:binjiang' });
    expect(occasion).toBe('new');
    expect(member).toMatchObject({
      openId: 'o_store',
      status: 'following',
      source: 'store:binjiang',
      followedAt: noon,
      leftAt: null,
      language: 'zh-CN',
      notices: 'on',
      noticesChosenAt: null,
      address: null,
      privacyNotice: { version: '2026-01', shownAt: noon },
    });
    expect(member.memberNo).toMatch(/^M\d{6}$/);
    expect(await getMember(ctx, member._id)).toEqual(member);
  });

  test('by the first message, when the event of following was lost', async () => {
    const { ctx, input } = sent('o_first_message', 0);
    expect(await enrol(ctx, input)).toMatchObject({ occasion: 'new', member: { source: null } });
  });

  test('and is told the same when the message is delivered again', async () => {
    const { ctx, input } = sent('o_again', 0, 'subscribe');
    const first = await enrol(ctx, input);
    expect(await enrol(ctx, input)).toEqual(first);
    expect(await enrol(ctx, input)).toEqual(first);
  });

  test('once, when two first messages come at the same moment', async () => {
    const messages = Array.from({ length: 8 }, () => sent('o_race', 0));
    const all = await Promise.all(messages.map(({ ctx, input }) => enrol(ctx, input)));
    expect(new Set(all.map(({ member }) => member._id)).size).toBe(1);
    expect(all.filter(({ occasion }) => occasion === 'new')).toHaveLength(1);
    const hash = String(all[0]?.member.openIdHash);
    expect(await MemberModel.countDocuments({ openIdHash: hash })).toBe(1);
  });

  test('with another number when the drawn one is taken', async () => {
    const { member: first } = await enrolled('o_number_1');
    const drawn = vi.mocked(randomInt as (max: number) => number).mockClear();
    drawn.mockImplementationOnce(() => Number(first.memberNo.slice(1)));
    const { member, occasion } = await enrolled('o_number_2');
    expect(drawn).toHaveBeenCalledTimes(2);
    expect(occasion).toBe('new');
    expect(member.memberNo).not.toBe(first.memberNo);
  });
});

test('a message of a known member costs one read and no write', async () => {
  await enrolled('o_known');
  const reads = vi.spyOn(MemberModel, 'findOne');
  const writes = [
    vi.spyOn(MemberModel, 'create'),
    vi.spyOn(MemberModel, 'updateOne'),
    vi.spyOn(MemberModel, 'findOneAndUpdate'),
  ];
  const { ctx, input } = sent('o_known', 1);
  expect(await enrol(ctx, input)).toMatchObject({ occasion: 'known' });
  expect(reads).toHaveBeenCalledTimes(1);
  for (const write of writes) expect(write).not.toHaveBeenCalled();
  vi.restoreAllMocks();
});

describe('a member leaves', () => {
  test('and open id, address and consents are gone, but not the hash', async () => {
    const { member } = await enrolled('o_leaves');
    const { ctx } = sent('o_leaves', 1);
    await setAddress(ctx, member._id, HOME);
    await switchNotices(ctx, member._id, 'on');
    await leave(ctx, { openId: 'o_leaves', at: minutes(1) });
    const gone = await getMember(ctx, member._id);
    expect(gone).toMatchObject({
      status: 'left',
      leftAt: minutes(1),
      openId: null,
      address: null,
      noticesChosenAt: null,
      openIdHash: member.openIdHash,
    });
    expect(JSON.stringify(gone)).not.toContain('o_leaves');
  });

  test('and a refusal of notices outlives it', async () => {
    const { member } = await enrolled('o_refused');
    const { ctx } = sent('o_refused', 1);
    await switchNotices(ctx, member._id, 'off');
    await leave(ctx, { openId: 'o_refused', at: minutes(1) });
    const { ctx: next, input } = sent('o_refused', 2, 'subscribe');
    expect((await enrol(next, input)).member.notices).toBe('off');
  });

  test('and one who was never a member leaves nothing behind', async () => {
    await leave(at(noon.toISOString()), { openId: 'o_nobody', at: noon });
    expect(await findMember(at(noon.toISOString()), { openId: 'o_nobody' })).toBeNull();
  });
});

describe('a member who left', () => {
  test.each(['subscribe', 'message', 'scan'] as const)(
    'is back by a later %s, as the same member',
    async (by) => {
      const openId = `o_back_${by}`;
      const { member } = await enrolled(openId);
      await leave(at(minutes(1).toISOString()), { openId, at: minutes(1) });
      const { ctx, input } = sent(openId, 2, by);
      const back = await enrol(ctx, input);
      expect(back).toMatchObject({
        occasion: 'back',
        member: { _id: member._id, openId, status: 'following', followedAt: minutes(2) },
      });
      expect(back.member.leftAt).toBeNull();
      expect(await enrol(ctx, input)).toEqual(back);
    },
  );

  test('is back when the return falls into the same second', async () => {
    await enrolled('o_second');
    await leave(at(noon.toISOString()), { openId: 'o_second', at: noon });
    const { ctx, input } = sent('o_second', 0, 'subscribe');
    expect(await enrol(ctx, input)).toMatchObject({ occasion: 'back' });
  });

  test.each(['subscribe', 'message'] as const)(
    'stays away when an older %s arrives late',
    async (by) => {
      const openId = `o_late_${by}`;
      const { member } = await enrolled(openId);
      await leave(at(minutes(5).toISOString()), { openId, at: minutes(5) });
      const { ctx, input } = sent(openId, 4, by);
      expect(await enrol(ctx, input)).toMatchObject({
        occasion: 'known',
        member: { openId: null },
      });
      expect(await getMember(ctx, member._id)).toMatchObject({ status: 'left', openId: null });
    },
  );

  test('comes back once when two messages bring the member back at the same moment', async () => {
    await enrolled('o_back_race');
    await leave(at(minutes(1).toISOString()), { openId: 'o_back_race', at: minutes(1) });
    const messages = Array.from({ length: 4 }, () => sent('o_back_race', 2));
    const all = await Promise.all(messages.map(({ ctx, input }) => enrol(ctx, input)));
    expect(all.map(({ occasion }) => occasion).toSorted()).toEqual([
      'back',
      'known',
      'known',
      'known',
    ]);
  });
});

test('an unsubscribe that arrives after a newer follow changes nothing', async () => {
  const { member } = await enrolled('o_overtaken', 0);
  const again = sent('o_overtaken', 10, 'subscribe');
  expect(await enrol(again.ctx, again.input)).toMatchObject({ occasion: 'known' });
  await leave(again.ctx, { openId: 'o_overtaken', at: minutes(9) });
  expect(await getMember(again.ctx, member._id)).toMatchObject({
    status: 'following',
    openId: 'o_overtaken',
  });
});

import { beforeAll, beforeEach, expect, test } from 'vitest';
import { at } from '../../../tests/support/context.ts';
import { useDatabase } from '../../../tests/support/database.ts';
import { useDataKey } from '../../platform/data-key.ts';
import { isPending, migrateSome } from '../../platform/migrations.ts';
import { enrol, findMember, leave, membersToVersion2 } from './index.ts';
import { type Member, MemberModel } from './member.model.ts';

useDatabase();
beforeAll(() => useDataKey(Buffer.alloc(32, 7)));

const ctx = at('2026-01-31T12:00:00+08:00');
const later = at('2026-02-01T12:00:00+08:00');
const old = { openId: 'o_old', at: ctx.now, by: 'message' } as const;
let member: Member;

/** A member as the first form had it. */
beforeEach(async () => {
  await MemberModel.deleteMany({});
  member = (await enrol(ctx, old)).member;
  const $unset = { schemaVersion: 1, arrival: 1, noticesChosenAt: 1 } as const;
  await MemberModel.collection.updateOne({ _id: member._id as never }, { $unset });
});

test('a member of the first form is read and enrolled like everybody', async () => {
  const { memberNo, _id: memberId } = member;
  const asSecond = { schemaVersion: 2, noticesChosenAt: null, arrival: { occasion: 'new' } };
  for (const who of [{ openId: 'o_old' }, { memberNo }, { memberId }]) {
    expect(await findMember(later, who)).toMatchObject(asSecond);
  }
  expect(await enrol(later, { ...old, at: later.now })).toMatchObject({ occasion: 'known' });
  await leave(later, { openId: 'o_old', at: later.now });
  const back = await enrol(at('2026-02-02T12:00:00+08:00'), { ...old, at: later.now });
  expect(back).toMatchObject({ occasion: 'back', member: { schemaVersion: 2 } });
});

test('the migration stores what reading gives, and keeps what was there', async () => {
  const chosen = new Date('2026-01-31T13:00:00+08:00');
  await MemberModel.updateOne({ _id: member._id }, { $set: { noticesChosenAt: chosen } });
  const read = await findMember(ctx, { openId: 'o_old' });
  await enrol(ctx, { ...old, openId: 'o_new' });
  expect(await migrateSome(ctx, membersToVersion2)).toEqual({
    outcome: 'done',
    value: { lifted: 1, more: false },
  });
  expect(await MemberModel.findById(member._id).lean()).toEqual(read);
  expect(read?.noticesChosenAt).toEqual(chosen);
  expect(await isPending(membersToVersion2)).toBe(false);
});

test('a form from a later version is refused, not misread', async () => {
  await MemberModel.updateOne({ _id: member._id }, { $set: { schemaVersion: 3 } });
  await expect(findMember(ctx, { openId: 'o_old' })).rejects.toThrow('does not know');
});

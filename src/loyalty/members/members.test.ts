import { beforeAll, expect, test } from 'vitest';
import { at } from '../../../tests/support/context.ts';
import { useDatabase } from '../../../tests/support/database.ts';
import { newId } from '../../kernel/ids.ts';
import { useDataKey } from '../../platform/data-key.ts';
import {
  addressOf,
  enrol,
  findMember,
  getMember,
  leave,
  maskedAddress,
  openAddress,
  setAddress,
  setLanguage,
  switchNotices,
} from './index.ts';

useDatabase();
beforeAll(() => useDataKey(Buffer.alloc(32, 7)));

const ctx = at('2026-01-31T12:00:00+08:00');
const HOME = {
  name: '王小满',
  phone: '13812342046',
  province: '浙江省',
  city: '杭州市',
  district: '滨江区',
  detail: '江南大道 100 号',
};

async function member(openId: string) {
  return (await enrol(ctx, { openId, at: ctx.now, by: 'message' })).member;
}

test('a member is found by open id, number in either case, and id', async () => {
  const xiaoman = await member('o_xiaoman');
  const { _id: memberId, memberNo } = xiaoman;
  expect(await findMember(ctx, { openId: 'o_xiaoman' })).toEqual(xiaoman);
  expect(await findMember(ctx, { memberNo: memberNo.toLowerCase() })).toEqual(xiaoman);
  expect(await findMember(ctx, { memberId })).toEqual(xiaoman);
  expect(await findMember(ctx, { memberNo: 'M12' })).toBeNull();
});

test('a member who is not there is MEMBER_NOT_FOUND', async () => {
  const memberId = newId('mem', ctx.now);
  const refusal = { kind: 'not-found', code: 'MEMBER_NOT_FOUND' };
  await expect(getMember(ctx, memberId)).rejects.toMatchObject(refusal);
  await expect(addressOf(ctx, memberId)).rejects.toMatchObject(refusal);
  await expect(setAddress(ctx, memberId, HOME)).rejects.toMatchObject(refusal);
  await expect(switchNotices(ctx, memberId, 'off')).rejects.toMatchObject(refusal);
  await expect(setLanguage(ctx, memberId, 'en')).rejects.toMatchObject(refusal);
});

test('an address is kept encrypted and read back by its owner', async () => {
  const { _id } = await member('o_address');
  expect(await addressOf(ctx, _id)).toBeNull();
  await setAddress(ctx, _id, { ...HOME, name: ' 王小满 ' });
  expect(await addressOf(ctx, _id)).toEqual(HOME);
  const stored = await getMember(ctx, _id);
  expect(JSON.stringify(stored)).not.toMatch(/王小满|13812342046|江南大道/);
  expect(openAddress(String(stored.address))).toEqual(HOME);
});

test.each([
  ['name', '  '],
  ['phone', '138-abc'],
  ['district', ''],
  ['detail', '长'.repeat(121)],
])('an address with a wrong %s is refused and the former one stays', async (field, value) => {
  const { _id } = await member('o_wrong_address');
  await setAddress(ctx, _id, HOME);
  await expect(setAddress(ctx, _id, { ...HOME, [field]: value })).rejects.toMatchObject({
    code: 'ADDRESS_INVALID',
    details: { field },
  });
  expect(await addressOf(ctx, _id)).toEqual(HOME);
});

test('no address is kept for one who left', async () => {
  const { _id } = await member('o_gone');
  await leave(ctx, { openId: 'o_gone', at: ctx.now });
  await expect(setAddress(ctx, _id, HOME)).rejects.toMatchObject({ code: 'MEMBER_LEFT' });
});

test.each([
  [{}, { name: '王**', phone: '138****2046', region: '杭州市滨江区' }],
  [{ phone: '+86 138 1234 2046' }, { phone: '861****2046' }],
  [{ phone: '8812345' }, { phone: '****45' }],
  [{ name: '𠮷田' }, { name: '𠮷**' }],
  [{ province: '上海市', city: '市辖区', district: '徐汇区' }, { region: '上海市徐汇区' }],
  [{ province: '上海市', city: '上海市', district: '徐汇区' }, { region: '上海市徐汇区' }],
])('of an address with %j only %j is shown', (change, shown) => {
  expect(maskedAddress({ ...HOME, ...change })).toMatchObject(shown);
});

test('a member chooses notices and a language', async () => {
  const { _id } = await member('o_choice');
  await switchNotices(ctx, _id, 'off');
  await setLanguage(ctx, _id, 'en');
  expect(await getMember(ctx, _id)).toMatchObject({
    notices: 'off',
    noticesChosenAt: ctx.now,
    language: 'en',
  });
});

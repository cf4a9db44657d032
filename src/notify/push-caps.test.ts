import { expect, test } from 'vitest';
import { useNoticeDesk } from '../../tests/support/notice-desk.ts';
import { type MemberId, newId } from '../kernel/ids.ts';
import { givePushesBack, mayBePushed, takePushes } from './push-caps.ts';

const desk = useNoticeDesk();
const someone = (): MemberId => newId('mem', desk.now);
const take = async (memberId: MemberId, id: string) =>
  (await takePushes(desk.ctx(), [memberId], id)).has(memberId);

test('one push a day, and the same one again is the same one', async () => {
  const member = someone();
  expect(await take(member, 'a')).toBe(true);
  expect(await take(member, 'a')).toBe(true);
  expect(await take(member, 'b')).toBe(false);
  desk.now = new Date('2026-11-22T00:00:00+08:00');
  expect(await take(member, 'b')).toBe(true);
});

test('four in any 31 days', async () => {
  const member = someone();
  for (const day of ['01', '02', '03', '04']) {
    desk.now = new Date(`2026-12-${day}T10:00:00+08:00`);
    expect(await take(member, `push ${day}`)).toBe(true);
  }
  desk.now = new Date('2026-12-31T10:00:00+08:00');
  expect(await take(member, 'a fifth')).toBe(false);
  desk.now = new Date('2027-01-01T10:00:00+08:00');
  expect(await take(member, 'a fifth')).toBe(true);
});

test('what did not go out is given back, and only that', async () => {
  const [first, second] = [someone(), someone()];
  await takePushes(desk.ctx(), [first, second], 'a');
  await givePushesBack(desk.ctx(), [first], 'a');
  await givePushesBack(desk.ctx(), [first], 'a');
  expect(await takePushes(desk.ctx(), [first, second], 'b')).toEqual(new Set([first]));
});

test('a batch is decided member by member, and looking takes nothing', async () => {
  const [first, second, third] = [someone(), someone(), someone()];
  await take(second, 'a');
  const all = [first, second, third];
  expect(await mayBePushed(desk.ctx(), all)).toEqual(new Set([first, third]));
  expect(await takePushes(desk.ctx(), all, 'b')).toEqual(new Set([first, third]));
  expect(await takePushes(desk.ctx(), [], 'b')).toEqual(new Set());
});

test('two at once do not both get the place of the day', async () => {
  const member = someone();
  await take(member, 'before');
  desk.wait(24 * 60);
  const taken = await Promise.all(['a', 'b', 'c', 'd'].map((id) => take(member, id)));
  expect(taken.filter(Boolean)).toHaveLength(1);
});

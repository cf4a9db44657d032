import { beforeAll, expect, test } from 'vitest';
import { at } from '../../../tests/support/context.ts';
import { crowd, memberIdOf } from '../../../tests/support/crowd.ts';
import { useDatabase } from '../../../tests/support/database.ts';
import { countMembers, listMembers, memberIdsOf, membersOf } from './index.ts';

useDatabase();
const ctx = at('2026-01-31T12:00:00+08:00');
beforeAll(async () => {
  await crowd(5, (n) => ({ status: n === 3 ? 'left' : 'following' }));
});

test('members come in pages, in the order of their ids, those who left among them', async () => {
  const before = memberIdOf(4);
  const first = await listMembers(ctx, { before, after: null, limit: 3 });
  expect(first.map(({ _id }) => _id)).toEqual([0, 1, 2].map(memberIdOf));
  const second = await listMembers(ctx, { before, after: memberIdOf(2), limit: 3 });
  expect(second).toEqual([
    {
      _id: memberIdOf(3),
      memberNo: 'M000003',
      openId: null,
      status: 'left',
      notices: 'on',
      language: 'zh-CN',
      followedAt: new Date('2026-01-01T00:00:00Z'),
    },
  ]);
  expect(await countMembers(ctx, { before })).toBe(4);
  expect(await countMembers(ctx, { before, language: 'en' })).toBe(0);
  expect(await countMembers(ctx, { before, source: 'store:binjiang' })).toBe(0);
});

test('some members are found by their ids or numbers, and nobody else', async () => {
  const found = await membersOf(ctx, [memberIdOf(1), memberIdOf(9)]);
  expect(found.map(({ memberNo }) => memberNo)).toEqual(['M000001']);
  expect(await memberIdsOf(ctx, ['M000002', 'M000009'])).toEqual(
    new Map([['M000002', memberIdOf(2)]]),
  );
});

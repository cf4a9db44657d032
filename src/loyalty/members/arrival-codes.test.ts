import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { at } from '../../../tests/support/context.ts';
import { useDatabase } from '../../../tests/support/database.ts';
import { useDataKey } from '../../platform/data-key.ts';
import { ArrivalCodeModel } from './arrival-code.model.ts';
import { codeNameOf, enrol, findCode, keepCode, leave, listSources } from './index.ts';
import { MemberModel } from './member.model.ts';

useDatabase();
beforeAll(() => useDataKey(Buffer.alloc(32, 7)));
beforeEach(() => Promise.all([ArrivalCodeModel.deleteMany({}), MemberModel.deleteMany({})]));

const ctx = at('2026-01-31T10:00:00+08:00');
const later = at('2026-02-28T10:00:00+08:00');
const WANTED = { source: 'store:binjiang', kind: 'temporary', name: null } as const;
const FOR_EVER = { ...WANTED, kind: 'permanent' } as const;
const MADE = {
  ...WANTED,
  ticket: 'K1',
  url: 'http://weixin.qq.com/q/1',
  expiresAt: new Date('2026-02-10T00:00:00Z'),
};

describe('the code of a source', () => {
  test('is the same again while it can be scanned', async () => {
    expect(await findCode(ctx, WANTED)).toBeNull();
    const { source: _id, ...made } = MADE;
    const code = { _id, ...made, createdAt: ctx.now };
    expect(await keepCode(ctx, MADE)).toEqual(code);
    expect(await findCode(ctx, WANTED)).toEqual(code);
    expect(await findCode(later, WANTED)).toBeNull();
    expect(await findCode(ctx, { ...WANTED, source: 'store:other' })).toBeNull();
  });

  test('is made anew in the place of the old one, and keeps its name', async () => {
    await keepCode(ctx, { ...MADE, name: '滨江店' });
    const expiresAt = new Date('2026-03-20T00:00:00Z');
    await keepCode(later, { ...MADE, ticket: 'K2', expiresAt });
    expect(await findCode(later, WANTED)).toMatchObject({
      ticket: 'K2',
      name: '滨江店',
      createdAt: later.now,
    });
  });

  test('is good for either kind when it is permanent, for one otherwise', async () => {
    await keepCode(ctx, MADE);
    expect(await findCode(ctx, FOR_EVER)).toBeNull();
    await keepCode(ctx, { ...MADE, ...FOR_EVER, ticket: 'K3', expiresAt: null });
    expect(await findCode(later, FOR_EVER)).toMatchObject({ ticket: 'K3', expiresAt: null });
    expect(await findCode(later, WANTED)).toMatchObject({ ticket: 'K3' });
  });

  test('is called what it was called last', async () => {
    await keepCode(ctx, MADE);
    expect(await codeNameOf(ctx, 'store:binjiang')).toBeNull();
    expect(await findCode(ctx, { ...WANTED, name: '滨江店' })).toMatchObject({ name: '滨江店' });
    expect(await codeNameOf(ctx, 'store:binjiang')).toBe('滨江店');
    expect(await codeNameOf(ctx, 'store:other')).toBeNull();
  });

  test.each([
    ['source', { source: '' }],
    ['source', { source: 'Store' }],
    ['source', { source: '滨江' }],
    ['source', { source: 'a b' }],
    ['source', { source: 'a'.repeat(65) }],
    ['name', { name: '' }],
    ['name', { name: '店'.repeat(61) }],
  ])('is refused for its %s: %o', async (field, more) => {
    const refusal = { kind: 'invalid', code: 'SOURCE_INVALID', details: { field } };
    await expect(findCode(ctx, { ...WANTED, ...more })).rejects.toMatchObject(refusal);
    await expect(keepCode(ctx, { ...MADE, ...more })).rejects.toMatchObject(refusal);
    expect(await listSources(ctx)).toEqual([]);
  });
});

describe('sources', () => {
  const follow = (openId: string, scene: string | null) =>
    enrol({ ...ctx, cause: openId }, { openId, at: ctx.now, scene, by: 'subscribe' });

  test('are counted by who came first by each, and who is still here', async () => {
    await keepCode(ctx, MADE);
    await keepCode(ctx, { ...MADE, source: 'poster:1' });
    await follow('o_a', 'store:binjiang');
    await follow('o_b', 'store:binjiang');
    await follow('o_c', 'partner-7');
    await follow('o_d', null);
    await leave(later, { openId: 'o_b', at: later.now });
    const listed = await listSources(ctx);
    expect(listed.map(({ code, ...count }) => ({ ...count, hasCode: code !== null }))).toEqual([
      { source: 'store:binjiang', members: 2, following: 1, hasCode: true },
      { source: 'partner-7', members: 1, following: 1, hasCode: false },
      { source: 'poster:1', members: 0, following: 0, hasCode: true },
    ]);
  });
});

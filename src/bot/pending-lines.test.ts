import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { Chat, emptyDatabase } from '../../tests/support/chat.ts';
import { useShop } from '../../tests/support/shop.ts';
import { keyedHash } from '../platform/data-key.ts';
import { nextContact } from './index.ts';
import { pendingLines } from './pending-lines.ts';

useShop({ couriers: [] });
let chat: Chat;
let ann: ReturnType<Chat['follower']>;

beforeEach(async () => {
  await emptyDatabase();
  chat = new Chat();
  ann = chat.follower();
});

const RULES = '积分规则、会员须知和隐私说明：https://shop.test/h5/rules';
const put = (id: string, text = `第 ${id} 件`) =>
  nextContact(chat.keyValue).put(ann.openId, {
    id,
    text,
    until: new Date(chat.now.getTime() + 3_600_000),
  });

describe('a notice that waits for the next message', () => {
  test('is told under the answer, once, each in its own line', async () => {
    await put('a');
    await put('b');
    await put('a', '第 a 件，新');
    expect(await ann.says('规则')).toBe([RULES, '第 b 件', '第 a 件，新'].join('\n'));
    expect(await ann.says('规则')).toBe(RULES);
  });

  test('is not told when it may not be told any more, nor when it is too late', async () => {
    await put('a');
    await put('b');
    chat.refusedLines.add('a');
    expect(await ann.says('规则')).toBe(`${RULES}\n第 b 件`);
    await put('c');
    chat.wait(61);
    expect(await ann.says('规则')).toBe(RULES);
    expect(await pendingLines(chat.keyValue).find(ann.openId)).toEqual([]);
  });

  test('waits on while there is no room for it', async () => {
    await put('a', '长'.repeat(400));
    await put('b', '长'.repeat(400));
    const first = await ann.says('规则');
    expect(Buffer.byteLength(first)).toBeLessThan(2048);
    expect(await ann.says('规则')).toContain('长长');
    expect(await ann.says('规则')).toBe(RULES);
  });

  test('is refused when five are waiting', async () => {
    for (const id of ['a', 'b', 'c', 'd', 'e']) expect(await put(id)).toBe('kept');
    expect(await put('f')).toBe('full');
    expect(await put('a')).toBe('kept');
  });

  test('is forgotten with an unfollow', async () => {
    await put('a');
    await ann.sends({ type: 'unsubscribe' });
    chat.wait(1);
    expect(await ann.sends({ type: 'subscribe', scene: null })).not.toContain('第 a 件');
  });

  test('a result that an older release kept is told as it was', async () => {
    await chat.keyValue.set(`pending:${keyedHash(ann.openId)}`, '兑换成功', { ttlMs: 1000 });
    expect(await ann.says('规则')).toBe(`${RULES}\n刚才的办好了：\n兑换成功`);
  });
});

describe('a contact', () => {
  test('of each kind opens its window, and reports open none', async () => {
    await ann.sends({ type: 'subscribe', scene: null });
    await ann.says('规则');
    await ann.says('规则', { menuToken: 'token-1' });
    await ann.sends({ type: 'click', key: 'HELP' });
    await ann.sends({ type: 'image', mediaId: '1', picUrl: '' });
    await ann.sends({ type: 'view', url: 'https://shop.test/h5/rules' });
    await ann.sends({ type: 'template-result', templateMsgId: '1', status: 'success' });
    expect(chat.contacts.map(({ by }) => by)).toEqual(['tap', 'message', 'tap', 'tap', 'message']);
    expect(chat.contacts[0]).toEqual({ openId: ann.openId, by: 'tap', at: chat.now });
  });

  test('answers about subscriptions are handed on, and enrol nobody', async () => {
    const yes = { templateId: 'T1', choice: 'accept' } as const;
    const no = { templateId: 'T2', choice: 'reject' } as const;
    const { openId } = ann;
    await ann.sends({ type: 'subscription-popup', choices: [yes, no] });
    await ann.sends({ type: 'subscription-change', choices: [yes, no] });
    const sent = { templateId: 'T1', msgId: randomUUID(), errorCode: 0 };
    await ann.sends({ type: 'subscription-sent', results: [{ ...sent, errorStatus: '' }] });
    expect(chat.subscriptions).toEqual([
      { openId, answers: [yes] },
      { openId, answers: [no] },
      { openId, isDelivered: true, ...sent },
    ]);
    await expect(ann.member()).rejects.toThrow('not a member yet');
  });
});

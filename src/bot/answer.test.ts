import { beforeEach, describe, expect, test } from 'vitest';
import { Chat, emptyDatabase, inbound, read } from '../../tests/support/chat.ts';
import { useShop } from '../../tests/support/shop.ts';
import { type BusinessDay, NEVER } from '../kernel/business-day.ts';
import { isId } from '../kernel/ids.ts';
import * as ledger from '../loyalty/ledger/index.ts';
import * as members from '../loyalty/members/index.ts';
import * as settings from '../loyalty/settings/index.ts';
import { database } from '../platform/mongo.ts';
import { lateResults } from './late-result.ts';

useShop({ couriers: [] });

let chat: Chat;
let ann: ReturnType<Chat['follower']>;

beforeEach(async () => {
  await emptyDatabase();
  chat = new Chat();
  ann = chat.follower();
});

async function give(points: number, expiresOn: BusinessDay): Promise<void> {
  await ann.says('帮助');
  await ledger.post(chat.ctx(), (await ann.member())._id, `gift:${points}`, (book) => {
    book.earn({ points, expiresOn });
    return {};
  });
}

describe('who begins to follow', () => {
  test('is welcomed, and can answer with a number or a word', async () => {
    expect(await ann.sends({ type: 'subscribe', scene: null })).toBe(
      [
        '你好，欢迎来到示范小店 👋',
        '签到、到店消费、答问卷都能攒积分，积分可以换咖啡和小礼物。',
        '1. 签到　2. 看看能换什么　3. 怎么攒积分',
        '回复序号就行。会员须知与隐私说明：https://shop.test/h5/privacy',
      ].join('\n'),
    );
    expect(await ann.says('1')).toContain('签到成功，+10 分，余额 10 分 🎉');
    expect(isId('mem', (await ann.member())._id)).toBe(true);

    const ben = chat.follower();
    await ben.sends({ type: 'subscribe', scene: 'a-friend' });
    expect(await ben.says('看看能换什么')).toBe('礼品正在上架，过几天再来看看。积分没有变化。');
    expect(await ben.says('怎么攒积分')).toBe('今天的任务都做完了，明天再来。');
    expect(await ben.says('4')).toBe('只有 1 到 3 可选。回复「取消」离开。');
  });

  test('by the code of a store is welcomed there', async () => {
    const said = await ann.sends({ type: 'subscribe', scene: 'store:binjiang' });
    const { memberNo } = await ann.member();
    expect(said).toContain(`欢迎来到示范小店·滨江店 👋\n结账时报会员号 ${memberNo}`);
  });

  test('again is welcomed back with what was kept', async () => {
    await give(380, '2026-12-01');
    await give(880, '2027-12-01');
    chat.wait(1);
    expect(await ann.sends({ type: 'unsubscribe' })).toBe('none');
    chat.wait(1);
    expect(await ann.sends({ type: 'subscribe', scene: null })).toContain(
      '积分按规则保留了 1,260 分，11 月 30 日前有效。',
    );
  });

  test('again with points that never expire is told no day', async () => {
    await give(380, NEVER);
    chat.wait(1);
    await ann.sends({ type: 'unsubscribe' });
    chat.wait(1);
    const said = await ann.sends({ type: 'subscribe', scene: null });
    expect(said).toContain('积分按规则保留了 380 分。');
    expect(said).not.toContain('前有效');
  });

  test('again without points is told how to begin', async () => {
    await ann.says('帮助');
    chat.wait(1);
    await ann.sends({ type: 'unsubscribe' });
    chat.wait(1);
    expect(await ann.sends({ type: 'subscribe', scene: null })).toContain('今天可以重新开始');
  });

  test('before leaving, and is heard of after it, gets no answer', async () => {
    const followed = chat.now;
    await ann.sends({ type: 'subscribe', scene: null });
    chat.wait(2);
    await ann.sends({ type: 'unsubscribe' });
    const now = chat.now;
    chat.now = new Date(followed.getTime() + 1000);
    expect(await ann.sends({ type: 'subscribe', scene: null })).toBe('none');
    chat.now = now;
    expect((await ann.member()).status).toBe('left');
  });

  test('and scans a code as a member is told the balance', async () => {
    await give(1260, '2027-12-01');
    expect(await ann.sends({ type: 'scan', scene: 'store:binjiang' })).toBe(
      '你已经是会员了，余额 1,260 分。回复「兑换」看看今天能换什么。',
    );
  });
});

describe('what nobody waits for', () => {
  test.each([
    { type: 'unsubscribe' },
    { type: 'view', url: 'https://shop.test/' },
    { type: 'desk-opened', account: 'kf1' },
    { type: 'subscription-popup', choices: [] },
    { type: 'template-result', templateMsgId: '1', status: 'success' },
    { type: 'unknown', name: 'event:new' },
  ] as const)('$type makes nobody a member and gets no answer', async (content) => {
    expect(await ann.sends(content)).toBe('none');
    expect(await members.findMember(chat.ctx(), { openId: ann.openId })).toBeNull();
  });

  test('the result of a template message is handed on', async () => {
    await ann.sends({ type: 'template-result', templateMsgId: '42', status: 'blocked' });
    expect(chat.templateResults).toEqual([{ templateMsgId: '42', status: 'blocked' }]);
  });
});

describe('a command', () => {
  test('makes a member of whoever sends it', async () => {
    expect(await ann.says('余额')).toBe(
      '现在是 0 分。最快的办法是签到，每天 10 分。回复「签到」就能拿到今天的。',
    );
    expect((await ann.member()).status).toBe('following');
  });

  test.each(['签到', '簽到', '打卡！', '前到', 'QD', '我要签到啦', '帮我签到'])(
    'is understood: %s',
    async (text) => {
      const said = await ann.says(text);
      // Within a longer text it is asked for first.
      expect(said.includes('签到成功') || said.includes('你是想')).toBe(true);
    },
  );

  test('of a day is done once, and a retried message hears the first outcome', async () => {
    const first = await ann.says('签到', { msgId: 'm1' });
    expect(first).toContain('签到成功，+10 分，余额 10 分 🎉');
    chat.forgetAll();
    expect(await ann.says('签到', { msgId: 'm1' })).toBe(first);
    expect(await ann.says('签到')).toBe('今天 10:00 已经签过了，余额 10 分。\n明天 0 点后再来。');
  });

  test('comes from the menu as well', async () => {
    expect(await ann.sends({ type: 'click', key: 'CHECKIN' })).toContain('签到成功');
    expect(await ann.sends({ type: 'click', key: 'NOTIFY_SETTINGS' })).toContain('提醒是开着的');
    expect(await ann.sends({ type: 'click', key: 'LEVEL' })).toContain('这项功能还没有开放');
    expect(await ann.sends({ type: 'click', key: 'gone' })).toContain('这项功能还没有开放');
  });

  test.each(['抽奖', '人工', '补签', '找回', '生日', '注销'])(
    'without its feature says so: %s',
    async (text) => {
      expect(await ann.says(text)).toBe('这项功能还没有开放。回复「帮助」看看能做什么。');
    },
  );

  test.each(['帮助', '?', '？', '0', 'help'])('helps: %s', async (text) => {
    await ann.sends({ type: 'subscribe', scene: null });
    expect(await ann.says(text)).toBe(
      [
        '发这些词就行：',
        '签到 · 余额 · 明细 · 任务 · 兑换 · 订单',
        '到期 · 规则 · 地址 · 资料 · 提醒',
        '随时回复「取消」离开当前操作。',
      ].join('\n'),
    );
  });

  test('tells the balance with what expires within 30 days', async () => {
    await give(120, '2026-12-01');
    await give(1140, '2027-12-01');
    expect(await ann.says('积分')).toBe(
      '余额 1,260 分，其中 120 分 11 月 30 日到期。\n回复「明细」看最近变动，「兑换」看能换什么。',
    );
    expect(await ann.says('什么时候过期')).toBe(
      '快到期的积分：\n11 月 30 日　120 分\n兑换时会先用这些。回复「兑换」看看能换什么。',
    );
    chat.now = new Date('2026-12-01T08:00:00+08:00');
    expect(await ann.says('积分')).toContain('余额 1,140 分。\n');
    expect(await ann.says('到期')).toBe('30 天内没有积分到期，余额 1,140 分。');
    await ledger.settleDue(chat.ctx(), 10);
    expect(await ann.says('明细')).toContain('12/1 到期 −120');
  });

  test('lists the newest five changes, a row for each', async () => {
    expect(await ann.says('明细')).toBe('还没有积分变动。回复「签到」拿第一笔。');
    for (let day = 1; day <= 7; day++) {
      chat.now = new Date(`2026-11-0${day}T08:00:00+08:00`);
      await ann.says('签到');
    }
    expect(await ann.says('明细')).toBe(
      [
        '最近 5 笔，余额 120 分：',
        '11/7 签到 +10',
        '11/7 连续 7 天奖励 +50',
        '11/6 签到 +10',
        '11/5 签到 +10',
        '11/4 签到 +10',
      ].join('\n'),
    );
    expect(await ann.says('为什么少了积分')).toBe(
      '最近没有减少过积分，余额 120 分。回复「明细」看最近变动。',
    );
    await ledger.post(chat.ctx(), (await ann.member())._id, 'order:1', (book) => {
      book.spend({ points: 50, purpose: 'redemption' });
      return {};
    });
    expect(await ann.says('怎么扣了我50分')).toContain('最近减少的 1 笔，余额 70 分：\n11/7 ');
  });

  test('switches notices off and on', async () => {
    expect(await ann.says('退订')).toBe('已关闭提醒，订单进度仍会通知。想恢复回复「提醒」。');
    expect((await ann.member()).notices).toBe('off');
    expect(await ann.says('消息设置')).toContain('已关闭提醒');
    expect(await ann.says('提醒')).toContain('好的，积分变动和到期会再提醒你。');
    expect((await ann.member()).notices).toBe('on');
    expect(await ann.says('提醒')).toBe('好的，明天 9:00 提醒你签到，只提醒这一次。');
    expect(await ann.says('消息设置')).toContain('提醒是开着的');
  });

  test('shows the member number, the address masked, and the pages', async () => {
    await ann.says('帮助');
    const { _id, memberNo } = await ann.member();
    const page = `https://shop.test/h5/address?t=${_id}`;
    expect(await ann.says('会员号')).toContain(`你的会员号是 ${memberNo}`);
    expect(await ann.says('收货地址')).toBe(`还没有收货地址。在页面里填写（约 1 分钟）：${page}`);
    await members.setAddress(chat.ctx(), _id, {
      name: '王小满',
      phone: '13800002046',
      province: '浙江省',
      city: '杭州市',
      district: '滨江区',
      detail: '江南大道 1 号',
    });
    expect(await ann.says('地址')).toBe(
      `收货地址：王** 138****2046 杭州市滨江区……\n要改的话，在页面里重填：${page}`,
    );
    expect(await ann.says('规则')).toContain('https://shop.test/h5/rules');
  });

  test('is answered in the language of the member', async () => {
    await ann.says('帮助');
    await members.setLanguage(chat.ctx(), (await ann.member())._id, 'en');
    expect(await ann.says('余额')).toMatch(/points/i);
  });

  test('reads well without words to tap and bars', async () => {
    await settings.change(chat.ctx(), 'chat', { tapLinks: false, bars: false });
    const reply = await ann.receive({ type: 'subscribe', scene: null });
    expect(reply).toEqual({ type: 'text', text: read(reply) });
    await settings.change(chat.ctx(), 'chat', { tapLinks: true, bars: true });
  });
});

describe('what is not understood', () => {
  const UNKNOWN = '今天天气怎么样';

  test('gets four answers in ten minutes, then silence; a known word begins anew', async () => {
    expect(await ann.says(UNKNOWN)).toBe(
      '这个我答不上来。我能帮你签到、查积分、兑换礼品、查订单，回复「帮助」看全部。',
    );
    expect(await ann.says(UNKNOWN)).toBe(
      '1. 签到　2. 余额　3. 兑换　4. 订单　5. 任务。回复序号就行。',
    );
    expect(await ann.says(UNKNOWN)).toContain('还是没帮上你');
    expect(await ann.says(UNKNOWN)).toContain('我先安静一会儿');
    expect(await ann.says(UNKNOWN)).toBe('none');
    expect(await ann.says('再说一句别的话')).toBe('none');
    expect(await ann.says('余额')).toContain('现在是 0 分');
    expect(await ann.says(UNKNOWN)).toContain('这个我答不上来');
  });

  test('is answered again ten minutes after the last word', async () => {
    for (let n = 0; n < 4; n++) await ann.says(UNKNOWN);
    chat.wait(9);
    expect(await ann.says(UNKNOWN)).toBe('none');
    chat.wait(1);
    expect(await ann.says(UNKNOWN)).toContain('这个我答不上来');
  });

  test('but sounds like something is suggested, and a number runs it', async () => {
    expect(await ann.says('签单')).toBe('没太明白。你是想：\n1. 签到　2. 明细');
    expect(await ann.says('1')).toContain('签到成功');
  });

  test('the short menu takes numbers', async () => {
    await ann.says(UNKNOWN);
    await ann.says(UNKNOWN);
    expect(await ann.says('5')).toBe('今天的任务都做完了，明天再来。');
  });

  test.each([
    [{ type: 'text', text: '🎉🎉🎉', menuToken: null }, '收到 👋 要签到的话，回复「签到」。'],
    [
      { type: 'image', mediaId: '1', picUrl: '' },
      '图片收到了，这里还用不上。回复「帮助」看看能做什么。',
    ],
    [
      { type: 'shortvideo', mediaId: '1', thumbMediaId: '' },
      '图片收到了，这里还用不上。回复「帮助」看看能做什么。',
    ],
    [
      { type: 'voice', mediaId: '1', format: 'amr', mediaId16K: null, recognition: null },
      '我还听不了语音，打字或点下面的菜单都可以。',
    ],
    [
      { type: 'location', latitude: 1, longitude: 1, scale: 1, label: '' },
      '位置收到了，这里还用不上。回复「帮助」看看能做什么。',
    ],
    [
      { type: 'link', title: '', description: '', url: '' },
      '这个我答不上来。我能帮你签到、查积分、兑换礼品、查订单，回复「帮助」看全部。',
    ],
  ] as const)('gets one line and a next step: %j', async (content, words) => {
    expect(await ann.sends(content)).toBe(words);
  });

  test.each([
    ['2,048 bytes', '积分'.repeat(341)],
    ['control characters', '\u0000\u0007\u001b[31m\u202e\ufeff'],
    ['emoji only', '👨‍👩‍👧‍👦🇨🇳❤️'.repeat(30)],
    ['half a character', '签到\ud83d'],
    ['markup', '<a href="javascript:alert(1)">签</a>]]><x/>&amp;'],
    ['a query', '{"$gt":""}'],
    ['a prototype', '__proto__'],
    ['an empty text', ''],
    ['only spaces', ' 　\n\t '],
    ['a very long number', '9'.repeat(500)],
  ])('as a hostile text gets an answer: %s', async (_name, text) => {
    await ann.sends({ type: 'subscribe', scene: null });
    const said = await ann.says(text);
    expect(said.length).toBeGreaterThan(0);
    expect(said).not.toContain('这次没办成');
  });
});

describe('limits and failures', () => {
  test('too many messages in a minute are told to wait', async () => {
    await settings.change(chat.ctx(), 'limits', { messagesPerMinute: 3 });
    for (let n = 0; n < 3; n++) await ann.says('帮助');
    chat.now = new Date(chat.now.getTime() + 20_000);
    expect(await ann.says('签到')).toBe('发得有点快，歇 40 秒再来。');
    chat.wait(1);
    expect(await ann.says('签到')).toContain('签到成功');
    await settings.change(chat.ctx(), 'limits', { messagesPerMinute: 30 });
  });

  test('a result that could not be sent comes with the next contact, once', async () => {
    const noWindow = async () => {
      throw new Error('no window is open');
    };
    const content = { type: 'text', text: '确认', menuToken: null } as const;
    await lateResults(chat.keyValue, noWindow).deliver({
      ctx: chat.ctx(),
      message: inbound(content, { openId: ann.openId, sentAt: chat.now }),
      reply: { type: 'text', text: '兑换成功，余额 880 分' },
    });
    expect(await ann.says('规则')).toBe(
      [
        '积分规则、会员须知和隐私说明：https://shop.test/h5/rules',
        '刚才的办好了：',
        '兑换成功，余额 880 分',
      ].join('\n'),
    );
    expect(await ann.says('规则')).not.toContain('刚才的办好了');
  });

  test('a key-value store that is away costs the steps of a conversation, and nothing else', async () => {
    const away = () => Promise.reject(new Error('connection refused'));
    const none = { get: away, set: away, claim: away, count: away, delete: away, close: away };
    chat.keyValue = { ...none, inMemory: false };
    chat.restart();
    const first = await ann.says('签到', { msgId: 'm1' });
    expect(first).toContain('签到成功，+10 分，余额 10 分');
    expect(await ann.says('签到', { msgId: 'm1' })).toBe(first);
    expect(await ann.says('任务')).toContain('今天的任务都做完了');
    expect(await ann.says('今天天气怎么样')).toContain('这个我答不上来');
  });

  test('a broken setting spoils the messages that need it, not the bot', async () => {
    await ann.says('帮助');
    chat.wait(1);
    const stored = { _id: 'programme', values: { name: 7 } };
    await database().collection<typeof stored>('settings').insertOne(stored);
    expect(await chat.follower().says('帮助')).toContain('这次没办成');
    expect(await ann.says('帮助')).toContain('发这些词就行');
  });
});

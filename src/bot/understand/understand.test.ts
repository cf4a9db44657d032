import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { COMMANDS, INTENTS, type Intent, isIntent } from './commands.ts';
import { normalise } from './normalise.ts';
import { checkCommands } from './pinyin.ts';
import { understand } from './understand.ts';

/** What people type, as `intent confidence: text · text`. */
const LABELLED = `
checkin 1: 签到 · 打卡 · 每日签到 · 我要签到 · 补签 · qd · QD · qiandao · QianDao · 簽到 · 打卡！ · 签到呀 · 签 到 · 「签到」 · 签到～ · 签到🎉 · 👋签到 · 签到。。。 · ｑｄ · ＱＩＡＮＤＡＯ · 我要簽到 · 補簽 · 签到啦啦 · 每日簽到哦 · 签到‼️
checkin 0.9: 前到 · 千道 · 钱到 · 打咔 · 签道 · 潜到 · daka · 不签 · buqian · 谦到
checkin 0.8: 帮我签到一下 · 今天签到 · 签到成功了吗 · 签到了没有 · 我想打卡 · 今天還沒簽到 · 怎么签到
checkin 0.5: qiandoa · qiandap · 签单 · 牵岛了
balance 1: 余额 · 积分 · 我的积分 · 查积分 · 积分余额 · 多少积分 · 还有多少分 · 我还有几分 · jf · JF · yue · 餘額 · 積分 · 我的積分 · 查積分 · 积分？ · 余额呢 · 還有多少分 · 我還有幾分 · 余　额 · 积分😀
balance 0.9: 鱼鹅 · 机分 · 几分 · jifen · 雨额 · 基分 · chajifen · 于额
balance 0.85: 我还有多少积分 · 我有多少分 · 现在有多少积分 · 还剩多少积分 · 我还剩几分 · 积分有多少 · 我的积分还剩多少 · 我現在有多少積分
balance 0.8: 看看余额 · 我要查余额 · 积分在哪看 · 查一下我的积分 · 看下jf
statement 1: 明细 · 积分明细 · 流水 · 记录 · 积分记录 · 账单 · 为什么少了积分 · mx · MX · 明細 · 積分明細 · 記錄 · 積分記錄 · 明细！ · 為什麼少了積分 · 为什么少了积分？
statement 0.9: 帳單 · 名细 · 鸣细 · mingxi · 刘水 · 计录 · jifenmingxi
statement 0.85: 为什么扣了我50分 · 怎么少了10分 · 为啥没有积分 · 为什么又少了积分 · 积分怎么少了五十分 · 為什麼扣我積分
statement 0.8: 看看明细 · 消费明细 · 查流水 · 我的账单呢
expiring 1: 到期 · 过期 · 快到期 · 积分到期 · 什么时候过期 · 找回 · 過期 · 積分到期 · 什麼時候過期 · 什么时候过期？
expiring 0.9: 道期 · 国期 · daoqi · guoqi · 快道期
expiring 0.85: 积分什么时候到期 · 什么时候会过期 · 我的分哪天到期 · 几号过期 · 積分啥時候過期
expiring 0.8: 有没有过期的 · 快到期的分
tasks 1: 任务 · 做任务 · 赚积分 · 攒积分 · 怎么攒积分 · rw · RW · 任務 · 做任務 · 賺積分 · 攢積分 · 怎麼攢積分 · 任务📋
tasks 0.9: 人物 · 任物 · renwu · 赞积分 · zuorenwu
tasks 0.8: 今天的任务 · 有什么任务 · 任务怎么做 · 我想做任务
redeem 1: 兑换 · 商城 · 积分商城 · 礼品 · 礼物 · 换东西 · dh · DH · 兌換 · 積分商城 · 禮品 · 禮物 · 換東西 · 兑换！ · 兑 换
redeem 0.9: 对换 · 队换 · duihuan · 里品 · 上城 · shangcheng
redeem 0.85: 兑换 帆布袋 · 兑换燕麦拿铁券 · 我想兑换咖啡 · 帮我换个杯子 · 换一张拿铁券 · 兑个马克杯 · 帮我兑换保温杯 · 能换什么 · 看看能换什么 · 可以换些什么 · 积分能换什么 · 我要換一個保溫杯 · 我要兑换音乐月卡 · 給我兌換一個馬克杯
redeem 0.8: 有什么礼品 · 积分兑换 · 打开商城 · 看看礼物
orders 1: 订单 · 我的订单 · 兑换记录 · 物流 · 快递 · 发货了吗 · 快递到哪了 · 退货 · dd · DD · 訂單 · 我的訂單 · 兌換記錄 · 快遞 · 發貨了嗎 · 退貨 · 快递到哪了？ · 快递到哪了呢
orders 0.9: 定单 · 丁丹 · dingdan · 快第 · 武流 · kuaidi
orders 0.8: 查快递 · 查一下物流 · 我的快递呢在哪 · 订单在哪看 · 看看我的订单 · 兑换记录在哪 · 我想退货
lottery 1: 抽奖 · 转盘 · 试手气 · 盲盒 · 擂台 · 玩法 · cj · 抽獎 · 轉盤
lottery 0.9: 抽讲 · 抽将 · choujiang · 忙盒
lottery 0.8: 我想抽奖 · 今天能抽奖吗
donate 1: 捐赠 · 捐积分 · 公益 · 捐贈
donate 0.9: 卷赠 · 工艺 · juanzeng
transfer 1: 转赠 · 送积分 · 赠送 · 轉贈
transfer 0.8: 送积分给朋友
level 1: 等级 · 会员 · 会员等级 · 权益 · 成长值 · 升级 · dj · 等級 · 會員 · 權益
level 0.9: 登记 · 回员 · 全益 · dengji
profile 1: 资料 · 个人资料 · 生日 · 设置生日 · 称呼 · 会员号 · 會員號 · 資料
address 1: 地址 · 收货地址 · 改地址 · 收貨地址 · 地址？
address 0.9: 地只 · dizhi · 地纸
address 0.8: 我要改地址 · 收货地址怎么填
invite 1: 邀请 · 邀请好友 · 名片 · 推荐好友 · 拉新 · 邀請
coupons 1: 卡券 · 优惠券 · 我的券 · 券码 · 卡包 · 優惠券
coupons 0.8: 我的优惠券呢 · 券码用不了
achievements 1: 成就 · 徽章 · 勋章 · 成就墙 · 成就牆
rank 1: 排行 · 排行榜 · 排名 · 积分榜
auction 1: 竞拍 · 拍卖 · 出价 · 競拍
crowdfunding 1: 众筹 · 众筹兑换 · 眾籌
rules 1: 规则 · 积分规则 · 活动规则 · 会员须知 · 規則 · 積分規則
rules 0.9: 归则 · guize
rules 0.8: 看看积分规则 · 有什么规则
help 1: 帮助 · 菜单 · 功能 · 怎么用 · help · HELP · ? · ？ · 0 · ０ · 幫助 · 菜單 · Help!
help 0.9: 邦助 · bangzhu · 彩单
help 0.8: 这个怎么用 · 有哪些功能
help 0.5: helpp · heilp
cancel 1: 取消 · 退出 · 算了 · 不换了 · 不要了 · q · Q · 算了吧 · 不換了 · 取消！
cancel 0.9: 取笑 · 娶消 · quxiao
cancel 0.85: 取消兑换 · 帮我取消 · 取消了
support 1: 人工 · 客服 · 转人工 · 人工客服 · 投诉 · 有人吗 · 轉人工 · 有人嗎
support 0.8: 我要找人工 · 我要投诉你们
privacy_export 1: 隐私 · 我的数据 · 导出数据 · 下载我的数据 · 隱私
privacy_delete 1: 注销 · 注销账号 · 删除数据 · 删除我的数据 · 註銷
privacy_delete 0.8: 怎么注销
notify_settings 1: 提醒 · 提醒我 · 签到提醒 · 免打扰 · 退订 · 关闭提醒 · 消息设置 · 撤回同意 · 别发了 · 退訂 · 別發了 · 簽到提醒 · 關閉提醒
notify_settings 0.9: 推订 · tuiding · 退定
notify_settings 0.8: 我要退订 · 取消提醒
feedback 1: 反馈 · 建议 · 意见 · 吐槽 · 反饋
loan 1: 预支 · 预支积分 · 借积分
unknown 0: 今天天气怎么样 · 谢谢你 · 早 · 嗯 · ok · 确认 · 返回 · 继续 · 更多 · 1 · 第2个 · 三 · 🎉 · 👋👋 · … · 哈哈哈 · 月 · 月亮真圆今晚出来看月亮的人可真不少 · 123456 · http://example.com/a?b=c · 你们几点开门关门周末休息不休息呀 · I would like to know the weather · ....... · 收藏
`;

interface Label {
  readonly text: string;
  readonly intent: string;
  readonly confidence: number;
}

const labels: readonly Label[] = LABELLED.trim()
  .split('\n')
  .flatMap((line) => {
    const [head = '', texts = ''] = line.split(/: (.*)/s);
    const [intent = '', confidence = ''] = head.split(' ');
    return texts.split(' · ').map((text) => ({ text, intent, confidence: Number(confidence) }));
  });

describe('what people type', () => {
  test('at least 200 texts are labelled, and 95 of 100 are understood exactly so', () => {
    const wrong = labels.flatMap(({ text, intent, confidence }) => {
      const got = understand(text);
      if (got.intent === intent && got.confidence === confidence) return [];
      return [`${text}: ${intent} ${confidence}, understood as ${got.intent} ${got.confidence}`];
    });
    expect(labels.length).toBeGreaterThanOrEqual(200);
    expect(1 - wrong.length / labels.length, wrong.join('\n')).toBeGreaterThanOrEqual(0.95);
  });

  test('every word of the table asks for its intent, and is what it normalises to', () => {
    for (const { intent, words } of COMMANDS) {
      for (const word of words) {
        expect(understand(word), word).toMatchObject({ intent, word, confidence: 1 });
        expect(understand(`${word}！`).confidence, word).toBe(1);
        expect(normalise(` ${word} `)).toBe(word);
      }
    }
  });

  test('the word tells apart what shares an intent', () => {
    expect(understand('补签')).toMatchObject({ intent: 'checkin', word: '补签' });
    expect(understand('退订')).toMatchObject({ intent: 'notify_settings', word: '退订' });
    expect(understand('找回')).toMatchObject({ intent: 'expiring', word: '找回' });
  });

  test.each([
    ['兑换 帆布袋', '帆布袋'],
    ['我想兑换咖啡', '咖啡'],
    ['帮我换一个马克杯', '马克杯'],
    ['換一張拿鐵券', '拿铁券'],
    ['兑换', ''],
  ])('%s looks for %j among the rewards', (text, rest) => {
    expect(understand(text)).toMatchObject({ intent: 'redeem', rest });
  });

  test('of two words in a text the longer one counts, and letters only as a whole', () => {
    expect(understand('看看积分规则')).toMatchObject({ intent: 'rules', word: '积分规则' });
    expect(understand('取消提醒')).toMatchObject({ intent: 'notify_settings' });
    expect(understand('rwanda').intent).not.toBe('tasks');
  });

  test('a close word is suggested and never run', () => {
    expect(understand('签单')).toMatchObject({
      confidence: 0.5,
      asksFirst: true,
      suggestions: ['checkin', 'statement'],
    });
  });

  test('what belongs to a conversation is no command', () => {
    for (const word of ['确认', '返回', '继续', '更多', '收藏', '到货', '1', '三']) {
      expect(understand(word).intent, word).toBe('unknown');
    }
  });

  test('a menu key is an intent in upper case', () => {
    expect(INTENTS.every((intent) => isIntent(intent.toUpperCase().toLowerCase()))).toBe(true);
    expect(isIntent('constructor')).toBe(false);
  });
});

describe('what spends', () => {
  const words = COMMANDS.flatMap((command) => command.words.map((word) => ({ word, command })));
  const spending = labels.filter(({ text }) => understand(text).spends);

  test('is never run unasked by a guess, whatever is typed around a word', () => {
    const around = fc.string({ maxLength: 6 });
    fc.assert(
      fc.property(around, fc.constantFrom(...words), around, (before, { word }, after) => {
        const understood = understand(before + word + after);
        if (understood.confidence < 1) {
          expect(understood.asksFirst || !understood.spends).toBe(true);
        }
      }),
    );
  });

  test('says so at every step, and is sure only of the word itself', () => {
    expect(spending.length).toBeGreaterThan(30);
    for (const { text } of spending) {
      const { confidence, asksFirst, word } = understand(text);
      expect(asksFirst, text).toBe(confidence < 1);
      if (confidence === 1) expect(normalise(text)).toBe(word);
    }
  });
});

describe('any text at all', () => {
  const texts = fc.oneof(
    fc.string({ maxLength: 2048 }),
    fc.string({ unit: 'binary', maxLength: 700 }),
    fc.string({
      unit: fc.constantFrom('签', '到', '積', '分', '🎉', '\u0000', '\ud83d', 'ﷺ', '？'),
    }),
  );

  test('is answered, with a confidence that says what may be done', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const { intent, confidence, suggestions } = understand(text);
        expect([0, 0.5, 0.8, 0.85, 0.9, 1]).toContain(confidence);
        expect(intent === 'unknown').toBe(confidence < 0.5);
        expect(suggestions.length).toBeLessThanOrEqual(2);
        expect(normalise(normalise(text)).length).toBeLessThanOrEqual(200);
      }),
    );
  });

  test.each([
    ['2,048 bytes of Chinese', '签'.repeat(682)],
    ['2,048 bytes of letters', 'a'.repeat(2048)],
    ['characters that grow when they are normalised', 'ﷺ'.repeat(682)],
    ['emoji only', '🎉👨‍👩‍👧'.repeat(60)],
    ['control characters', '\u0000\u0007\u202e'.repeat(500)],
    ['half a character', '\ud83d'.repeat(500)],
  ])('%s is not a command, and takes no longer than others', (_, text) => {
    expect(understand(text)).toMatchObject({ intent: 'unknown', suggestions: [] });
    expect(normalise(text).length).toBeLessThanOrEqual(200);
  });

  test('what has no words in it is empty once normalised', () => {
    for (const text of ['🎉', '👋🏽', '……', ' \n\t', '\u200b', '哈哈哈', '1️⃣'.slice(1)]) {
      expect(normalise(text), text).toBe('');
    }
  });

  test('10,000 different texts leave nothing behind', () => {
    const say = (from: number) => {
      for (let n = from; n < from + 10_000; n++) understand(`第${n}次問天氣怎樣呢${n * 7919}`);
    };
    say(0);
    const before = usedBytes();
    say(1_000_000);
    expect(usedBytes() - before).toBeLessThan(4 * 2 ** 20);
  });
});

/** What is in use once the garbage is gone. */
function usedBytes(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  return process.memoryUsage().heapUsed;
}

describe('commands that cannot be told apart', () => {
  const command = (intent: Intent, ...[first = '', ...others]: string[]) =>
    ({ intent, effect: 'reads', words: [first, ...others] }) as const;

  test('there are none', () => {
    expect(() => checkCommands(COMMANDS)).not.toThrow();
    expect(COMMANDS.map(({ intent }) => intent)).toEqual(INTENTS);
  });

  test('a shared word stops the start, and so does a shared sound', () => {
    expect(() =>
      checkCommands([command('tasks', '任务'), command('rank', '排行', '任务')]),
    ).toThrow(/“任务” is a word or a sound of tasks and rank/);
    expect(() => checkCommands([command('tasks', '任务'), command('rank', '人物')])).toThrow(
      /“ren wu”/,
    );
  });
});

import { assert } from '../../kernel/assert.ts';

/** What a message can ask for. Public: a menu button's key is the intent in upper case. */
export const INTENTS = [
  'checkin',
  'balance',
  'statement',
  'expiring',
  'tasks',
  'redeem',
  'orders',
  'lottery',
  'donate',
  'transfer',
  'level',
  'profile',
  'address',
  'invite',
  'coupons',
  'achievements',
  'rank',
  'auction',
  'crowdfunding',
  'rules',
  'help',
  'cancel',
  'support',
  'privacy_export',
  'privacy_delete',
  'notify_settings',
  'feedback',
  'loan',
] as const;
export type Intent = (typeof INTENTS)[number];

/**
 * What running a command does: `reads` shows something, `harmless` changes something that can be had
 * again (a check-in, a setting), `spends` takes points or cannot be undone.
 */
export type Effect = 'reads' | 'harmless' | 'spends';

export interface Command {
  readonly intent: Intent;
  readonly effect: Effect;
  /** Normalised. The first is what help and menus show. */
  readonly words: readonly [string, ...string[]];
}

type Row = readonly [effect: Effect, words: string];

/** The words of each intent, as the public contract lists them; `?` alone is taken care of before. */
const ROWS: Readonly<Record<Intent, Row>> = {
  checkin: ['harmless', '签到 打卡 每日签到 我要签到 补签 qd qiandao'],
  balance: ['reads', '余额 积分 我的积分 查积分 积分余额 多少积分 还有多少分 我还有几分 jf yue'],
  statement: ['reads', '明细 积分明细 流水 记录 积分记录 账单 为什么少了积分 mx'],
  expiring: ['reads', '到期 过期 快到期 积分到期 什么时候过期 找回'],
  tasks: ['reads', '任务 做任务 赚积分 攒积分 怎么攒积分 rw'],
  redeem: ['spends', '兑换 商城 积分商城 礼品 礼物 换东西 dh'],
  orders: ['reads', '订单 我的订单 兑换记录 物流 快递 发货了吗 快递到哪了 退货 dd'],
  lottery: ['spends', '抽奖 转盘 试手气 盲盒 擂台 玩法 cj'],
  donate: ['spends', '捐赠 捐积分 公益'],
  transfer: ['spends', '转赠 送积分 赠送'],
  level: ['reads', '等级 会员 会员等级 权益 成长值 升级 dj'],
  profile: ['reads', '资料 个人资料 生日 设置生日 称呼 会员号'],
  address: ['reads', '地址 收货地址 改地址'],
  invite: ['reads', '邀请 邀请好友 名片 推荐好友 拉新'],
  coupons: ['reads', '卡券 优惠券 我的券 券码 卡包'],
  achievements: ['reads', '成就 徽章 勋章 成就墙'],
  rank: ['reads', '排行 排行榜 排名 积分榜'],
  auction: ['spends', '竞拍 拍卖 出价'],
  crowdfunding: ['spends', '众筹 众筹兑换'],
  rules: ['reads', '规则 积分规则 活动规则 会员须知'],
  help: ['reads', '帮助 菜单 功能 怎么用 help 0'],
  cancel: ['harmless', '取消 退出 算了 不换了 不要了 q'],
  support: ['reads', '人工 客服 转人工 人工客服 投诉 有人吗'],
  privacy_export: ['reads', '隐私 我的数据 导出数据 下载我的数据'],
  privacy_delete: ['spends', '注销 注销账号 删除数据 删除我的数据'],
  notify_settings: [
    'harmless',
    '提醒 提醒我 签到提醒 免打扰 退订 关闭提醒 消息设置 撤回同意 别发了',
  ],
  feedback: ['reads', '反馈 建议 意见 吐槽'],
  loan: ['spends', '预支 预支积分 借积分'],
};

export const COMMANDS: readonly Command[] = INTENTS.map((intent) => {
  const [effect, words] = ROWS[intent];
  const [first = '', ...others] = words.split(' ');
  return { intent, effect, words: [first, ...others] };
});

/** A word, and the command that it belongs to. */
export interface CommandWord {
  readonly word: string;
  readonly command: Command;
}

export const COMMAND_WORDS: readonly CommandWord[] = COMMANDS.flatMap((command) =>
  command.words.map((word) => ({ word, command })),
);

/** What only means something inside a conversation: no command, and like no command either. */
const CONVERSATION_WORDS: ReadonlySet<string> = new Set(
  '确认 是 好 确定 好的 好了 ok yes 返回 上一步 继续 更多 下一页 继续看 收藏 到货'.split(' '),
);

const byIntent = new Map(COMMANDS.map((command) => [command.intent, command]));
const byWord = new Map(COMMAND_WORDS.map((entry) => [entry.word, entry]));

/** The command of an intent: its words, and what running it does. */
export function commandOf(intent: Intent): Command {
  const command = byIntent.get(intent);
  assert(command, `${intent} has no command`);
  return command;
}

/** The command that has exactly this word, which is normalised. */
export function findByWord(word: string): CommandWord | undefined {
  return byWord.get(word);
}

/** Whether a normalised text belongs to conversations (确认, 返回, 更多 …) and asks for nothing itself. */
export function isConversationWord(text: string): boolean {
  return CONVERSATION_WORDS.has(text);
}

/** Whether a text is the id of an intent; a menu key is one in upper case. */
export function isIntent(text: string): text is Intent {
  return byIntent.has(text as Intent);
}

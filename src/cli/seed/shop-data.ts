import type { RewardId, TaskId } from '../../kernel/ids.ts';
import type { Reward } from '../../loyalty/mall/index.ts';
import type { Task } from '../../loyalty/tasks/index.ts';

/** A reward of the shop, and how many pieces of it there are to begin with. */
export interface SeedReward {
  readonly reward: Reward;
  readonly pieces: number;
}

/** The rewards of the guide, 10.7. Their ids never change, so that seeding again adds nothing. */
export const REWARDS: readonly SeedReward[] = [
  code(1, { name: '燕麦拿铁券', pricePoints: 380, pieces: 50, description: '任一门店可用' }),
  code(2, { name: '音乐会员月卡', pricePoints: 880, pieces: 20, description: '兑换后自行激活' }),
  code(3, { name: '视频会员月卡', pricePoints: 900, pieces: 20, description: '兑换后自行激活' }),
  parcel(4, { name: '马克杯', unit: '个', pricePoints: 1100, pieces: 12, description: '350 毫升' }),
  parcel(5, {
    name: '米白帆布袋',
    unit: '个',
    pricePoints: 1180,
    pieces: 18,
    description: '可放 A4',
  }),
  parcel(6, {
    name: '手冲滤纸一盒',
    unit: '盒',
    pricePoints: 1200,
    pieces: 30,
    description: '100 张',
  }),
  code(7, { name: '电影票通兑券', pricePoints: 1200, pieces: 10, description: '2D、3D 通用' }),
  parcel(8, { name: '保温杯', unit: '个', pricePoints: 2680, pieces: 7, description: '500 毫升' }),
];

/** The tasks of the shop. The quiz asks three of its questions a day. */
export const TASKS: readonly Task[] = [
  {
    ...task(1, '答 3 道咖啡小问题', 15),
    kind: 'quiz',
    period: 'day',
    questions: [
      { text: '手冲咖啡的水温大约是？', choices: ['70℃', '92℃', '100℃'], answer: 2 },
      { text: '一杯意式浓缩大约用多少克咖啡粉？', choices: ['8 克', '18 克', '40 克'], answer: 2 },
      {
        text: '咖啡豆开封后怎么保存最好？',
        choices: ['密封避光', '放进冰箱门', '敞开透气'],
        answer: 1,
      },
      { text: '拿铁里比例最大的是？', choices: ['牛奶', '咖啡', '奶泡'], answer: 1 },
      { text: '阿拉比卡豆的咖啡因比罗布斯塔？', choices: ['更多', '差不多', '更少'], answer: 3 },
      { text: '“水洗”说的是咖啡的哪一步？', choices: ['烘焙', '处理果实', '冲泡'], answer: 2 },
    ],
  },
  { ...task(2, '完善收货信息', 20), kind: 'profile', period: 'once' },
  { ...task(3, '登记成为会员', 20), kind: 'register', period: 'once' },
  {
    ...task(4, '认识我们的 3 个小问题', 10),
    kind: 'quiz',
    period: 'once',
    questions: [
      { text: '示范小店的积分能换什么？', choices: ['礼品', '现钱', '股票'], answer: 1 },
      { text: '连续签到几天有额外奖励？', choices: ['3 天', '5 天', '7 天'], answer: 3 },
      { text: '结账时报什么能攒积分？', choices: ['生日', '会员号', '车牌号'], answer: 2 },
    ],
  },
  { ...task(5, '到店消费报会员号', 0), kind: 'purchase', period: 'day' },
];

interface Numbers {
  readonly name: string;
  readonly pricePoints: number;
  readonly pieces: number;
  readonly description: string;
}

function code(n: number, { pieces, ...rest }: Numbers): SeedReward {
  const reward = { ...common(n), ...rest, unit: '张', fulfilment: 'code', validDays: 30 } as const;
  return { pieces, reward };
}

function parcel(n: number, { pieces, ...rest }: Numbers & { readonly unit: string }): SeedReward {
  return { pieces, reward: { ...common(n), ...rest, fulfilment: 'shipment', validDays: null } };
}

function common(n: number) {
  return {
    _id: seedId('rwd', n) as RewardId,
    perMember: null,
    availableFrom: null,
    availableUntil: null,
    status: 'on',
    order: n,
  } as const;
}

function task(n: number, title: string, points: number) {
  return { _id: seedId('tsk', n) as TaskId, title, points, status: 'on', order: n } as const;
}

/** An id of the form that all ids have, the same at every start. */
function seedId<Prefix extends string>(prefix: Prefix, n: number): `${Prefix}_${string}` {
  return `${prefix}_01kb0000000000000000${String(n).padStart(6, '0')}`;
}

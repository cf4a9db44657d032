import type { Intent } from './commands.ts';

/** A sentence with a gap. What stands in the group `rest` is looked for among the rewards. */
interface Pattern {
  readonly intent: Intent;
  /** The word of the command that such a sentence stands for. */
  readonly word: string;
  readonly form: RegExp;
}

const WISH = '(?:请?(?:帮我|给我|替我)|我想要?|我要|想要?|要)';
const PIECE = '(?:一?[个张件份盒杯])';

const PATTERNS: readonly Pattern[] = [
  {
    intent: 'cancel',
    word: '取消',
    form: /^(?:帮我|我要|我想|那就?)?取消(?:兑换|操作|这次|这个|答题|掉)?了?$/,
  },
  {
    intent: 'redeem',
    word: '兑换',
    form: /(?:能|可以|可)(?:用积分)?(?:换|兑换|兑)(?:些|点|到)?(?:什么|啥|哪些)/,
  },
  {
    intent: 'redeem',
    word: '兑换',
    form: new RegExp(`^${WISH}?(?:兑换|换|兑)${PIECE}(?<rest>.+)$`),
  },
  {
    intent: 'redeem',
    word: '兑换',
    form: new RegExp(`^${WISH}(?:兑换|换|兑)(?!成|了|手机|号|人|个号)(?<rest>.+)$`),
  },
  {
    intent: 'redeem',
    word: '兑换',
    form: /^兑换?(?!换|记录|规则|不|失败|了|过|的|什么|码|成功|中)(?<rest>.{2,})$/,
  },
  {
    intent: 'balance',
    word: '余额',
    form: /(?:还|现在|目前|总共|一共|我)(?:我|还|现在|目前|总共|一共)*(?:有|剩下?)(?:几|多少)个?积?分/,
  },
  { intent: 'balance', word: '余额', form: /^(?:我的?)?积分(?:还)?(?:有|剩下?)?(?:多少|几分)/ },
  {
    intent: 'expiring',
    word: '什么时候过期',
    form: /(?:什么时候|啥时候|几号|哪天|多久)(?:会|要|就)?(?:到|过)期/,
  },
  {
    intent: 'statement',
    word: '为什么少了积分',
    form: /(?:为什么|为啥|为何|怎么|咋)(?:又|会|突然|就)*(?:少|扣|没)(?:了|有|掉|我)?.{0,6}分/,
  },
];

/** The first sentence that a normalised text has the form of. */
export function findPattern(
  text: string,
): { readonly intent: Intent; readonly word: string; readonly rest: string } | undefined {
  for (const { intent, word, form } of PATTERNS) {
    const match = form.exec(text);
    if (match) return { intent, word, rest: match.groups?.rest ?? '' };
  }
  return undefined;
}

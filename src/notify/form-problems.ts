import * as wechat from '../wechat/index.ts';

/** What of a form is looked at. */
interface FormParts {
  readonly title: string;
  readonly fields: Readonly<Record<string, { readonly type: string; readonly value: string }>>;
}

/** The types that the platform's table names (reference 5.3). */
const TYPES: ReadonlySet<string> = new Set([
  'thing',
  'short_thing',
  'number',
  'letter',
  'symbol',
  'character_string',
  'time',
  'date',
  'amount',
  'phone_number',
  'car_number',
  'name',
  'phrase',
  'const',
  'enum_string',
]);
/** What makes a notice an advertisement; the platform blocks it and takes the account's templates away. */
const MARKETING =
  /优惠|促销|特价|秒杀|抢购|限时|折扣|打折|满减|免费领|领取|福利|大奖|抽奖|中奖|红包|返现|现金|赚|热卖|爆款|点击|快来|马上|立即|转发|分享|邀请/;
const EMOJI = /\p{Extended_Pictographic}/u;
const FACT = /\{\w+\}/g;

/**
 * What is wrong with a form of a notice: a type that the platform does not know, a fixed text that its
 * type refuses, emoji, words of an advertisement, the first and last lines that are taken away.
 */
export function problemsOfForm({ title, fields }: FormParts): readonly string[] {
  const problems = [...wordProblems('title', title)];
  if (Object.keys(fields).length === 0) problems.push('it has no fields');
  for (const [label, { type, value }] of Object.entries(fields)) {
    if (!TYPES.has(type)) problems.push(`${label}: there is no type ${type}`);
    if (label === 'first' || label === 'remark') problems.push(`${label}: it is not shown`);
    problems.push(...wordProblems(label, `${label} ${value}`));
    const isFixed = value.replace(FACT, '') === value;
    const refused = isFixed ? wechat.checkTemplateField(type, value) : null;
    if (refused) problems.push(`${label}: ${refused}`);
  }
  return problems;
}

function wordProblems(where: string, text: string): readonly string[] {
  const word = MARKETING.exec(text)?.[0];
  return [
    ...(word ? [`${where}: ${word} is a word of advertisements`] : []),
    ...(EMOJI.test(text) ? [`${where}: emoji are taken away`] : []),
  ];
}

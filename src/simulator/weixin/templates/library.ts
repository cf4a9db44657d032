/** A template of the category library, which accounts choose from (reference 5.2 and 5.4). */
export interface LibraryTemplate {
  readonly tid: number;
  readonly title: string;
  readonly categoryId: string;
  /** In the platform's order; the type is the key without its number. */
  readonly keywords: readonly {
    readonly kid: number;
    readonly name: string;
    readonly rule: string;
    readonly example: string;
  }[];
}

/** The service categories of the pretend account. */
export const CATEGORIES = [
  { id: 2, name: '商家自营' },
  { id: 616, name: '会员服务' },
] as const;

const template = (
  tid: number,
  [title, categoryId]: readonly [string, string],
  keywords: readonly (readonly [name: string, rule: string, example: string])[],
): LibraryTemplate => ({
  tid,
  title,
  categoryId,
  keywords: keywords.map(([name, rule, example], index) => ({
    kid: index + 1,
    name,
    rule,
    example,
  })),
});

/** A small part of the platform's library: what a points programme needs. */
export const LIBRARY: readonly LibraryTemplate[] = [
  template(
    43216,
    ['积分变动提醒', '616'],
    [
      ['变动类型', 'thing', '消费'],
      ['变动积分', 'character_string', '+32'],
      ['当前余额', 'number', '1260'],
      ['变动时间', 'time', '2026年11月21日 15:01'],
      ['温馨提示', 'thing', '可在公众号内使用'],
    ],
  ),
  template(
    43217,
    ['积分到期提醒', '616'],
    [
      ['会员积分', 'number', '120'],
      ['到期时间', 'date', '2026年11月30日'],
      ['当前余额', 'number', '1260'],
      ['温馨提示', 'thing', '可在公众号内使用'],
    ],
  ),
  template(
    48058,
    ['订单发货通知', '2'],
    [
      ['商品名称', 'thing', '米白帆布袋'],
      ['快递公司', 'thing', '顺丰速运'],
      ['快递单号', 'character_string', 'SF1024572046'],
      ['发货时间', 'date', '2026年11月20日'],
      ['订单编号', 'character_string', 'R8K2M4'],
    ],
  ),
  template(
    48089,
    ['签到提醒', '616'],
    [
      ['签到项目', 'thing', '每日签到'],
      ['连续天数', 'number', '6'],
      ['温馨提示', 'thing', '今天还没有签到'],
    ],
  ),
  template(
    48126,
    ['活动开始提醒', '2'],
    [
      ['活动名称', 'thing', '会员日'],
      ['开始时间', 'time', '2026年11月21日 10:00'],
      ['活动地点', 'thing', '滨江店'],
      ['活动状态', 'phrase', '即将开始'],
    ],
  ),
];

/** Finds a template of the library by its number, as text or as number. */
export function findInLibrary(tid: string | number): LibraryTemplate | null {
  return LIBRARY.find((one) => String(one.tid) === String(tid)) ?? null;
}

type Keyword = LibraryTemplate['keywords'][number];

/** The lines of a template made of these keywords, each with the key that fills it. */
export function linesOf(keywords: readonly Keyword[]) {
  const keyOf = (index: number, { rule }: Keyword) => `${rule}${index + 1}`;
  return {
    content: keywords.map((one, index) => `${one.name}{{${keyOf(index, one)}.DATA}}`).join('\n'),
    example: keywords.map(({ name, example }) => `${name}${example}`).join('\n'),
  };
}

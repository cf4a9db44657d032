import { z } from 'zod';

/** A template that the pretend account has been granted. */
export const PrivateTemplate = z.object({
  template_id: z.string(),
  title: z.string(),
  primary_industry: z.string(),
  deputy_industry: z.string(),
  /** Lines such as `会员积分{{number1.DATA}}`: label and key. */
  content: z.string(),
  example: z.string(),
});
export type PrivateTemplate = z.infer<typeof PrivateTemplate>;

const template = (
  template_id: string,
  title: string,
  lines: readonly (readonly [label: string, key: string, example: string])[],
): PrivateTemplate => ({
  template_id,
  title,
  primary_industry: '',
  deputy_industry: '',
  content: lines.map(([label, key]) => `${label}{{${key}.DATA}}`).join('\n'),
  example: lines.map(([label, , example]) => `${label}${example}`).join('\n'),
});

/** What the account begins with, as `get_all_private_template` lists it. */
export const FIRST_TEMPLATES: readonly PrivateTemplate[] = [
  template('tpl_points_changed', '积分变动提醒', [
    ['变动类型', 'thing1', '消费'],
    ['变动积分', 'character_string2', '+32'],
    ['当前余额', 'number3', '1260'],
    ['变动时间', 'time4', '2026年11月21日 15:01'],
  ]),
  template('tpl_order_shipped', '订单发货通知', [
    ['商品名称', 'thing1', '米白帆布袋'],
    ['快递公司', 'thing2', '顺丰速运'],
    ['快递单号', 'character_string3', 'SF1024572046'],
    ['发货时间', 'date4', '2026年11月20日'],
  ]),
  template('tpl_points_expiring', '积分到期提醒', [
    ['会员积分', 'number1', '120'],
    ['到期时间', 'date2', '2026年11月30日'],
    ['当前余额', 'number3', '1260'],
    ['温馨提示', 'thing4', '可在公众号内使用'],
  ]),
];

/** Each field of a template: what the phone shows before it, and the key that fills it. */
export function fieldsOf({ content }: Pick<PrivateTemplate, 'content'>) {
  const found = content.matchAll(/^(.*?)\{\{(\w+)\.DATA\}\}$/gm);
  return [...found].map(([, label = '', key = '']) => ({ label: label.replace(/：$/, ''), key }));
}

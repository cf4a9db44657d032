/** A template of the account. */
export interface Template {
  readonly templateId: string;
  readonly title: string;
  readonly fields: readonly TemplateField[];
}

/** One field of a template: `兑换商品：{{thing1.DATA}}`. */
export interface TemplateField {
  /** What is written before the placeholder, without its colon. */
  readonly label: string;
  readonly key: string;
  /** The key without its digits: it limits the value. */
  readonly type: string;
}

/** Why a value would be refused (47003). */
export type TemplateFieldProblem = 'empty' | 'too-long' | 'wrong-form';

interface Limit {
  /** In characters; for `amount` and `number` in digits. */
  readonly max: number;
  readonly form?: RegExp;
  readonly count?: (value: string) => number;
}

const SHOWN: Limit = { max: 20, form: /^[^\n]*$/ };
const CLOCK = '(?:[01]?\\d|2[0-3]):[0-5]\\d(?::[0-5]\\d)?';
const DAY = '(?:\\d{4}年\\d{1,2}月\\d{1,2}日|\\d{4}-\\d{1,2}-\\d{1,2})';

/** The platform's table (reference 5.3). What it does not name shows 20 characters of one line. */
const LIMITS = new Map<string, Limit>([
  ['short_thing', { max: 5, form: /^[^\n]*$/ }],
  ['number', { max: 32, form: /^-?\d+(?:\.\d+)?$/, count: digitsOf }],
  ['letter', { max: 32, form: /^[A-Za-z]+$/ }],
  ['symbol', { max: 5, form: /^[^\p{L}\p{N}\s]+$/u }],
  ['character_string', { max: 32, form: /^[!-~]+$/ }],
  ['time', { max: 64, form: ranged(`(?:${DAY} ?)?${CLOCK}`) }],
  ['date', { max: 64, form: ranged(`${DAY}(?: ?${CLOCK})?`) }],
  ['amount', { max: 10, form: /^\p{Sc}?\d+(?:\.\d+)?元?$/u, count: digitsOf }],
  ['phone_number', { max: 17, form: /^[\d+\-() ]+$/ }],
  ['car_number', { max: 8, form: /^[\p{Script=Han}A-Z0-9]+$/u }],
  ['name', { max: 10, form: /^[^\n\d]+$/, count: nameLength }],
  ['phrase', { max: 5, form: /^\p{Script=Han}+$/u }],
]);

/** Checks a value before it is sent; the platform never shortens one. Null when it is well. */
export function checkTemplateField(type: string, value: string): TemplateFieldProblem | null {
  const { max, form, count } = LIMITS.get(type) ?? SHOWN;
  if (value.trim() === '') return 'empty';
  if (form && !form.test(value)) return 'wrong-form';
  return (count ?? charactersOf)(value) > max ? 'too-long' : null;
}

/** The fields that a template's content names, in their order (reference 5.2). */
export function templateFields(content: string): readonly TemplateField[] {
  const placeholders = content.matchAll(/([^\n{}]*)\{\{\s*(([A-Za-z_]+?)\d*)\.DATA\s*\}\}/g);
  return Array.from(placeholders, ([, label = '', key = '', type = '']) => ({
    label: label.replace(/[\s：:]+$/, '').trim(),
    key,
    type,
  }));
}

function ranged(one: string): RegExp {
  return new RegExp(`^${one}(?: ?~ ?${one})?$`);
}

function charactersOf(value: string): number {
  return [...value].length;
}

function digitsOf(value: string): number {
  return value.replace(/\D/g, '').length;
}

/** Ten Chinese characters or twenty letters: one Chinese character makes all of them count double. */
function nameLength(value: string): number {
  const length = charactersOf(value);
  return /\p{Script=Han}/u.test(value) ? length : length / 2;
}

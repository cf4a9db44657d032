const NUMERALS = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九', '十'];
const ORDINAL = /^(?:第|选)?(\d{1,3}|[一二三四五六七八九十两]{1,3})(?:个|件|题|单|张|项|号)?$/;

/**
 * The number that a text chooses from a list: `2`, `二`, `第2个`. Null when it is none. The number may
 * be out of the list's range.
 */
export function chosenNumber(text: string): number | null {
  const digits = ORDINAL.exec(text)?.[1];
  if (digits === undefined) return null;
  return /^\d+$/.test(digits) ? Number(digits) : chineseNumber(digits.replace('两', '二'));
}

/** Numbers up to 99 as they are written: 十, 十二, 二十, 二十一. */
function chineseNumber(text: string): number | null {
  const single = NUMERALS.indexOf(text);
  if (single >= 0) return single;
  const [tens = '', ones = '', ...rest] = text.split('十');
  if (rest.length > 0 || !text.includes('十')) return null;
  const ten = tens === '' ? 1 : NUMERALS.indexOf(tens);
  const one = ones === '' ? 0 : NUMERALS.indexOf(ones);
  return ten > 0 && one >= 0 ? ten * 10 + one : null;
}

/** Which of these names a text means: itself, or the only one that it is a part of. Null when unclear. */
export function chosenName(text: string, names: readonly string[]): number | null {
  const exact = names.indexOf(text);
  if (exact >= 0) return exact;
  if ([...text].length < 2) return null;
  const holding = names.flatMap((name, index) => (name.includes(text) ? [index] : []));
  return holding.length === 1 ? (holding[0] ?? null) : null;
}

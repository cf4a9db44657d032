/** What each type of field takes (reference 5.3). A type that is not here takes 20 characters. */
const TAKES: Readonly<Record<string, (value: string) => boolean>> = {
  thing: (value) => within(value, 20),
  const: (value) => within(value, 20),
  short_thing: (value) => within(value, 5),
  number: (value) => /^[+-]?\d+(\.\d+)?$/.test(value) && digitsOf(value) <= 32,
  letter: (value) => /^[A-Za-z]{1,32}$/.test(value),
  symbol: (value) => /^[^\p{L}\p{N}\s]{1,5}$/u.test(value),
  character_string: (value) => within(value, 32) && !/\p{Script=Han}/u.test(value),
  time: (value) => isPeriod(value, new RegExp(`^(${DAY} ?)?${TIME}$`)),
  date: (value) => isPeriod(value, new RegExp(`^${DAY}( ?${TIME})?$`)),
  amount: (value) => /^\D?\d+(\.\d+)?元?$/u.test(value) && digitsOf(value) <= 10,
  phone_number: (value) => /^[\d+\-() ]{1,17}$/.test(value),
  car_number: (value) => within(value, 8),
  name: (value) => (/\p{Script=Han}/u.test(value) ? within(value, 10) : within(value, 20)),
  phrase: (value) => /^\p{Script=Han}{1,5}$/u.test(value),
};

const DAY = '\\d{4}(年\\d{1,2}月\\d{1,2}日|[-/]\\d{1,2}[-/]\\d{1,2})';
const TIME = '([01]?\\d|2[0-3]):[0-5]\\d(:[0-5]\\d)?';

/** Whether the platform would accept this value of a key such as `thing1`. */
export function accepts(key: string, value: string): boolean {
  const takes = TAKES[key.replace(/\d+$/, '')];
  return takes ? takes(value) : within(value, 20);
}

/** What the platform silently takes out of every value. */
export function withoutEmoji(value: string): string {
  return value
    .replaceAll(/\p{Extended_Pictographic}|\p{Regional_Indicator}|\u200d|\ufe0f/gu, '')
    .trim();
}

function within(value: string, characters: number): boolean {
  const length = [...value].length;
  return length > 0 && length <= characters;
}

function digitsOf(value: string): number {
  return value.replaceAll(/\D/g, '').length;
}

function isPeriod(value: string, one: RegExp): boolean {
  const ends = value.split('~').map((end) => end.trim());
  return ends.length <= 2 && ends.every((end) => one.test(end));
}

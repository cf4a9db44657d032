import { nameInvalid, reasonInvalid } from './errors.ts';

const NAME_CHARS_MAX = 40;
const REASON_CHARS_MAX = 200;
/** Control characters, line ends, halves of characters, and what turns text around on a screen. */
const UNREADABLE = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;
/** What takes no place on a screen, and spaces: two names that differ in these alone look the same. */
const UNSEEN = /[\p{Default_Ignorable_Code_Point}\p{Z}\s]+/gu;

/** A person's name as it is kept: trimmed, one line, at most 40 characters. @throws NAME_INVALID */
export function checkedName(text: string): string {
  const name = text.normalize('NFC').trim();
  if (!isLine(name, NAME_CHARS_MAX)) throw nameInvalid(NAME_CHARS_MAX);
  return name;
}

/** A reason as it is kept: trimmed, one line, at most 200 characters. @throws REASON_INVALID */
export function checkedReason(text: string): string {
  const reason = text.normalize('NFC').trim();
  if (!isLine(reason, REASON_CHARS_MAX)) throw reasonInvalid(REASON_CHARS_MAX);
  return reason;
}

/** Whether two names mean one person: case, width, spaces and what nobody sees make no difference. */
export function isSamePerson(a: string, b: string): boolean {
  return folded(a) === folded(b);
}

function isLine(text: string, charsMax: number): boolean {
  return folded(text) !== '' && [...text].length <= charsMax && !UNREADABLE.test(text);
}

/** Upper case first: it knows of more pairs, as ß and SS. */
function folded(text: string): string {
  return text.normalize('NFKC').replace(UNSEEN, '').toUpperCase().toLowerCase().normalize('NFKC');
}

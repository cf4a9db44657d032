import { assert } from './assert.ts';
import { randomBytes } from './random-bytes.ts';

/** A prefix of three letters, then 26 characters that sort by the time of making. */
export type Id<Prefix extends string> = `${Prefix}_${string}`;

export type MemberId = Id<'mem'>;
export type OrderId = Id<'ord'>;
export type RewardId = Id<'rwd'>;
export type TaskId = Id<'tsk'>;

/** Crockford's alphabet, as ids (lower case) and order numbers (upper case) write it: no i, l, o, u. */
export const CROCKFORD = '0123456789abcdefghjkmnpqrstvwxyz';
const TIME_CHARS = 10;
const RANDOM_CHARS = 16;
const FORM = /^[a-z]{3}_[0-9a-hjkmnp-tv-z]{26}$/;

/** Makes an id that sorts by `now` (millisecond) and is random in its last 80 bits. */
export function newId<Prefix extends string>(prefix: Prefix, now: Date): Id<Prefix> {
  assert(prefix.length === 3, 'an id begins with three letters');
  let random = '';
  for (const byte of randomBytes(RANDOM_CHARS)) random += CROCKFORD[byte & 31];
  return `${prefix}_${timeChars(now.getTime())}${random}`;
}

/** Whether a text from outside has the form of an id with this prefix. */
export function isId<Prefix extends string>(prefix: Prefix, text: string): text is Id<Prefix> {
  return text.startsWith(`${prefix}_`) && FORM.test(text);
}

/** The millisecond at which an id was made; undefined for a text that is no id. */
export function timeOfId(text: string): number | undefined {
  if (!FORM.test(text)) return undefined;
  let ms = 0;
  for (const char of text.slice(4, 4 + TIME_CHARS)) ms = ms * 32 + CROCKFORD.indexOf(char);
  return ms;
}

function timeChars(instant: number): string {
  let text = '';
  for (let i = 0, ms = instant; i < TIME_CHARS; i++, ms = Math.floor(ms / 32)) {
    text = `${CROCKFORD[ms % 32]}${text}`;
  }
  return text;
}

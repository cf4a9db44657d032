import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** More than any command, choice or name has; the platform's own limit is 2,048 bytes. */
const CHARS_READ = 700;
const CHARS_KEPT = 200;
/** Punctuation, symbols and emoji, spaces, control and other unseen characters, combining marks. */
const NOISE = /[\p{P}\p{S}\p{Z}\p{C}\p{M}]+/gu;
const CLOSING_PARTICLES = /[呀啊吧呢哦哈啦嘛]+$/;
const HAN = /\p{Script=Han}/u;

/**
 * What a text says, without how it was typed: half-width, lower case, no punctuation, symbols, emoji or
 * spaces, no closing particles, simplified characters. Empty when nothing is left.
 */
export function normalise(text: string): string {
  return simplified(bare(text));
}

/** The same, with traditional characters left as they are: needs no dictionary. */
export function bare(text: string): string {
  return text
    .slice(0, CHARS_READ)
    .normalize('NFKC')
    .toLowerCase()
    .replace(NOISE, '')
    .slice(0, CHARS_KEPT)
    .replace(CLOSING_PARTICLES, '');
}

/** Traditional characters made simple. Loads its dictionary when it is first needed (15 MB, 50 ms). */
export function simplified(text: string): string {
  if (!HAN.test(text)) return text;
  convert ??= converter();
  return convert(text);
}

type Convert = (text: string) => string;

let convert: Convert | null = null;

function converter(): Convert {
  const opencc = require('opencc-js/t2cn') as typeof import('opencc-js/t2cn');
  return opencc.Converter({ from: 't', to: 'cn' });
}

/** Control characters, line ends, and what joins or turns text without being seen. */
const UNSEEN =
  /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]+/gu;
const MARKUP = /[<>]+/g;
/** With a scheme, with `www.`, or with an ending that WeChat makes a link of by itself. */
const LINK =
  /[a-z0-9+.-]*:\/\/[\x21-\x7e]*|www\.[\x21-\x7e]+|[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:com|cn|net|org|top|xyz|cc|vip|io|me|shop)(?![a-z0-9.-])(?:[/?#:][\x21-\x7e]*)?/gi;
/** More than any message shows; what lies behind it is not even looked at. */
const CHARS_READ = 300;
/** Letters, digits and common signs of Chinese and Latin text: nothing to remove. */
const HARMLESS = /^[\p{L}\p{N} ,，。、·（）「」*+%-]*$/u;

/**
 * Text from outside as one line of a message: without links, `<`, `>`, control characters and line
 * breaks, cut to at most `charsMax` characters.
 */
export function cleanText(text: string, charsMax: number): string {
  if (text.length <= charsMax && HARMLESS.test(text) && text === text.trim()) return text;
  const start = text.slice(0, CHARS_READ);
  const clean = withoutLinks(start.replace(UNSEEN, ' ').replace(MARKUP, ''));
  // Cutting may end a name where a link would end.
  return withoutLinks(cut(clean, charsMax));
}

function withoutLinks(text: string): string {
  // A space in the place of a link keeps what stood around it from becoming one.
  const less = text.replace(LINK, ' ').replace(/\s+/g, ' ').trim();
  // What ended in a link that began without a border may be one itself now; each pass is shorter.
  return less === text ? text : withoutLinks(less);
}

function cut(text: string, charsMax: number): string {
  if (text.length <= charsMax) return text;
  const chars = [...text];
  return chars.length <= charsMax ? text : `${chars.slice(0, charsMax - 1).join('')}…`;
}

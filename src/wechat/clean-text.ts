/** Longer ones make the follower see WeChat's failure line instead (reference 3.1, 5.5). */
const TEXT_BYTES_MAX = 2048;
/**
 * Control characters but tab and line feed, halves of characters, and what is no character: XML has
 * no place for them, and JSON would write them as `\uXXXX`, which the API refuses (40033).
 */
const UNWRITABLE = /[^\P{Cc}\t\n]|\p{Cs}|[\ufffe\uffff]/gu;
/** Beyond these, which are nearly every text, it is worth a look; halves may be a whole character. */
const UNUSUAL = /[^\t\n -~\u00a0-\ud7ff\ue000-\ufffd]/;
const room = new Uint8Array(TEXT_BYTES_MAX);
const utf8 = new TextEncoder();

/** A text as a follower gets it: cleaned, and cut between two characters at 2,048 UTF-8 bytes. */
export function writable(text: string): string {
  const clean = cleaned(text);
  // No character takes more than three bytes per unit of `length`.
  if (clean.length * 3 <= TEXT_BYTES_MAX) return clean;
  return clean.slice(0, utf8.encodeInto(clean, room).read);
}

/** Leaves out what cannot be written; line ends become `\n`, as every reader of XML takes them. */
export function cleaned(text: string): string {
  if (!UNUSUAL.test(text)) return text;
  const lines = text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
  return lines.replace(UNWRITABLE, '');
}

import type { XmlFields } from './field.ts';

const OPEN = '<xml>';
const CLOSE = '</xml>';
const CDATA = '<![CDATA[';
const CDATA_END = ']]>';
const CAPITAL_Z = 90;
/** What stands in nearly every push, in the order in which it stands there. */
const USUAL = [
  'ToUserName',
  'Encrypt',
  'FromUserName',
  'CreateTime',
  'MsgType',
  'Event',
  'EventKey',
  'Content',
  'MsgId',
];
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * Scans WeChat's own flat form: `<xml>`, fields without attributes, entities or fields inside,
 * `</xml>`. Null for a text that is anything else, to the last character; the parser then decides.
 */
export function scanFlat(text: string): XmlFields | null {
  if (!text.startsWith(OPEN)) return null;
  const fields: Record<string, string> = Object.create(null);
  let at = afterBlanks(text, OPEN.length);
  let usual = 0;
  while (!text.startsWith(CLOSE, at)) {
    const found = usualAt(text, at, usual);
    if (found >= 0) usual = found + 1;
    const field = fieldAt(text, at, USUAL[found] ?? nameAt(text, at));
    if (!field || field.name in fields) return null;
    fields[field.name] = field.value;
    at = afterBlanks(text, field.end);
  }
  return afterBlanks(text, at + CLOSE.length) === text.length ? fields : null;
}

interface Field {
  readonly name: string;
  readonly value: string;
  /** Where the text goes on behind it. */
  readonly end: number;
}

/** Which of the usual names, from one of them on, begins a field here; -1 for none. */
function usualAt(text: string, at: number, from: number): number {
  for (let i = from; i < USUAL.length; i++) {
    const name = USUAL[i] ?? '';
    if (text[at + 1 + name.length] === '>' && text.startsWith(name, at + 1)) return i;
  }
  return -1;
}

function nameAt(text: string, at: number): string | null {
  const end = text.indexOf('>', at);
  if (end < 0) return null;
  const name = text.slice(at + 1, end);
  return NAME.test(name) && !isReserved(name) ? name : null;
}

/** The field of that name: its text in one section of CDATA or bare, and nothing inside. */
function fieldAt(text: string, at: number, name: string | null): Field | null {
  if (text[at] !== '<' || name === null) return null;
  const nameEnd = at + 1 + name.length;
  const isSection = text.startsWith(CDATA, nameEnd + 1);
  const start = isSection ? nameEnd + 1 + CDATA.length : nameEnd + 1;
  const valueEnd = text.indexOf(isSection ? CDATA_END : '<', start);
  const value = text.slice(start, Math.max(start, valueEnd));
  if (valueEnd < 0 || (!isSection && value.includes('&'))) return null;
  const end = afterClosing(text, isSection ? valueEnd + CDATA_END.length : valueEnd, name);
  return end < 0 ? null : { name, value, end };
}

/** Where the text goes on behind the end of this field; -1 when something else stands there. */
function afterClosing(text: string, at: number, name: string): number {
  const end = at + 2 + name.length;
  const isThere = text.startsWith('</', at) && text.startsWith(name, at + 2) && text[end] === '>';
  return isThere ? end + 1 : -1;
}

function afterBlanks(text: string, from: number): number {
  let at = from;
  for (let char = text[at]; char === '\n' || char === ' ' || char === '\t'; char = text[at])
    at += 1;
  return at;
}

/** Names that every object has: no push uses them, and no parser is trusted with them. */
export function isReserved(name: string): boolean {
  // None of them begins with a capital, as nearly all of WeChat's names do: that is told at once.
  if (name.charCodeAt(0) <= CAPITAL_Z) return false;
  return name in Object.prototype || name === 'cdata';
}

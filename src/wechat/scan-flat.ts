import type { XmlFields } from './field.ts';

const OPEN = '<xml>';
const CLOSE = /[ \t\n]*<\/xml>[ \t\n]*$/y;
/** One field on one level: a name, and its text in CDATA or bare. */
const FIELD =
  /[ \t\n]*<([A-Za-z_][A-Za-z0-9_]*)>(?:<!\[CDATA\[([\s\S]*?)\]\]>|([^<&]*))<\/([A-Za-z0-9_]*)>/y;

/**
 * Scans WeChat's own flat form: `<xml>`, fields without attributes, entities or fields inside,
 * `</xml>`. Null for a text that is anything else, to the last character; the parser then decides.
 */
export function scanFlat(text: string): XmlFields | null {
  if (!text.startsWith(OPEN)) return null;
  const fields: Record<string, string> = Object.create(null);
  FIELD.lastIndex = OPEN.length;
  let at = OPEN.length;
  for (let field = FIELD.exec(text); field; field = FIELD.exec(text)) {
    const [, name = '', cdata, bare = '', closing] = field;
    if (name !== closing || name in fields || isReserved(name)) return null;
    // The section ended earlier, and more text follows it.
    if (cdata?.includes(']]>')) return null;
    fields[name] = cdata ?? bare;
    at = FIELD.lastIndex;
  }
  CLOSE.lastIndex = at;
  return CLOSE.test(text) ? fields : null;
}

/** Names that every object has: no push uses them, and no parser is trusted with them. */
export function isReserved(name: string): boolean {
  return name in Object.prototype || name === 'cdata';
}

import { Parser } from 'xml2js';
import { EnvelopeError } from './envelope-error.ts';
import type { XmlFields, XmlValue } from './field.ts';
import { isReserved, scanFlat } from './scan-flat.ts';

export interface XmlDocument {
  readonly root: string;
  readonly fields: XmlFields;
  /** Each field is there once and is a text. */
  readonly isFlat: boolean;
}

const LEVELS_MAX = 8;
const TEXT_KEY = '#';
const utf8 = new TextDecoder('utf-8', { fatal: true });
const CDATA = '<![CDATA[';
const DECLARATION = /^\s*<\?xml(?:\s[^<>?]*)?\?>/;
/** Comments, document types, processing instructions, and entities that XML itself does not know. */
const UNWELCOME = /<[!?]|&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[\da-fA-F]{1,6});)/;

/**
 * Reads a push. WeChat's own flat form is scanned; everything else is left to xml2js, and both give
 * the same (reference 1.6).
 * @throws EnvelopeError XML_INVALID for broken UTF-8, document types, entities of one's own,
 * processing instructions, comments, more than 8 levels, and whatever else is no XML
 */
export function parseXml(bytes: Uint8Array): XmlDocument {
  const text = textOf(bytes);
  const fields = scanFlat(text);
  return fields ? { root: 'xml', fields, isFlat: true } : parseAnyXml(text);
}

/** The reference: what the scanner accepts has to come out the same here. @throws EnvelopeError */
export function parseAnyXml(text: string): XmlDocument {
  const source = text.replace(DECLARATION, '');
  if (UNWELCOME.test(withoutCdata(source))) throw new EnvelopeError('XML_INVALID');
  const [root, value] = Object.entries(parsed(source))[0] ?? [];
  if (root === undefined) throw new EnvelopeError('XML_INVALID');
  return { root, fields: fieldsOf(typeof value === 'object' ? value : {}, 2), isFlat: false };
}

/** XML reads every line end as one `\n`. */
function textOf(bytes: Uint8Array): string {
  try {
    const text = utf8.decode(bytes);
    return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
  } catch {
    throw new EnvelopeError('XML_INVALID');
  }
}

/** What stands outside CDATA. A search by pattern would take quadratic time on unclosed sections. */
function withoutCdata(source: string): string {
  const [first = '', ...sections] = source.split(CDATA);
  let outside = first;
  let open = false;
  for (const section of sections) {
    const end = section.indexOf(']]>');
    open = end < 0;
    if (!open) outside += section.slice(end + 3);
  }
  if (open) throw new EnvelopeError('XML_INVALID');
  return outside;
}

function parsed(source: string): object {
  const parser = new Parser({ explicitArray: false, ignoreAttrs: true, charkey: TEXT_KEY });
  const results: unknown[] = [];
  // Thrown at once: sax goes on after an error, and may then take minutes over 64 KiB.
  parser.on('error', (error: Error) => {
    results.length = 0;
    throw error;
  });
  parser.on('end', (result: unknown) => results.push(result));
  try {
    parser.parseString(source);
  } catch {
    throw new EnvelopeError('XML_INVALID');
  }
  const [result, ...more] = results;
  if (typeof result === 'object' && result !== null && more.length === 0) return result;
  throw new EnvelopeError('XML_INVALID');
}

function fieldsOf(element: object, level: number): XmlFields {
  const fields: Record<string, XmlValue> = Object.create(null);
  for (const [name, value] of Object.entries(element)) {
    if (name === TEXT_KEY) continue;
    if (level > LEVELS_MAX || isReserved(name)) throw new EnvelopeError('XML_INVALID');
    fields[name] = Array.isArray(value)
      ? value.map((one) => elementOf(one, level))
      : elementOf(value, level);
  }
  return fields;
}

function elementOf(value: unknown, level: number): string | XmlFields {
  if (typeof value === 'string') return value;
  if (typeof value === 'object' && value !== null) return fieldsOf(value, level + 1);
  throw new EnvelopeError('XML_INVALID');
}

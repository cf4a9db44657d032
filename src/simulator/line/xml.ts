import { Parser } from 'xml2js';
import { DomainError } from '../../kernel/errors.ts';

/** One element of a push: a number is written bare, a text as CDATA, a list as elements below. */
export type Field = readonly [name: string, value: string | number | bigint | readonly Field[]];

/** Writes WeChat's flat form. */
export function writeXml(fields: readonly Field[]): string {
  return `<xml>\n${fields.map(element).join('\n')}\n</xml>`;
}

function element([name, value]: Field): string {
  return `<${name}>${contentOf(value)}</${name}>`;
}

function contentOf(value: Field[1]): string {
  if (typeof value === 'string') return cdata(value);
  return typeof value === 'object' ? value.map(element).join('') : String(value);
}

function cdata(text: string): string {
  return `<![CDATA[${text.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`;
}

/** What stands between two tags: a text, or further elements; repeated ones become a list. */
export type Node = string | readonly Node[] | { readonly [name: string]: Node };

/** Reads the elements inside `<xml>`. @throws XML_INVALID */
export function readXml(xml: string): { readonly [name: string]: Node } {
  if (/<!(DOCTYPE|ENTITY)/i.test(xml)) throw invalid('a document type is not allowed');
  const parser = new Parser({ explicitArray: false, explicitRoot: true, trim: false });
  let root: unknown;
  let failure: Error | null = null;
  parser.parseString(xml, (error: Error | null, result: unknown) => {
    failure ??= error;
    root = result;
  });
  if (failure) throw invalid('not well-formed', failure);
  const content = (root as { xml?: Node } | null)?.xml;
  if (!isElements(content)) throw invalid('the root is not <xml> with elements in it');
  return content;
}

/** The text of an element, or null where it is missing or holds further elements. */
export function textOf(node: Node | undefined): string | null {
  return typeof node === 'string' ? node : null;
}

/** An element with further elements in it. */
export function isElements(node: Node | undefined): node is { readonly [name: string]: Node } {
  return typeof node === 'object' && !Array.isArray(node);
}

function invalid(why: string, cause?: unknown): DomainError {
  return new DomainError({ kind: 'invalid', code: 'XML_INVALID', message: why }, { cause });
}

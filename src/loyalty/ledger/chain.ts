import { hash } from 'node:crypto';

const HASH_CHARS = 22;

/** A text that JSON writes as it is, between its quotation marks. */
const AS_IT_IS = /^[ !#-[\]-~]*$/;

/** JSON with sorted names, so that the text of a value does not depend on how it was stored. */
export function canonical(value: unknown): string {
  if (typeof value === 'string') return AS_IT_IS.test(value) ? `"${value}"` : JSON.stringify(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (value instanceof Date) return String(value.getTime());
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const record = value as Record<string, unknown>;
  let text = '{';
  for (const name of sorted(Object.keys(record))) {
    const item = record[name];
    if (item === undefined) continue;
    text += `${text.length > 1 ? ',' : ''}"${name}":${canonical(item)}`;
  }
  return `${text}}`;
}

/** Sorts a few names in place, by inserting: the sort of arrays leaves ten times the garbage. */
function sorted(names: string[]): readonly string[] {
  for (const [i, name] of names.entries()) {
    let at = i;
    for (; at > 0 && (names[at - 1] ?? name) > name; at--) names[at] = names[at - 1] ?? name;
    names[at] = name;
  }
  return names;
}

/** The hash of an entry (without its own) that follows `previous`: 132 bits of SHA-256 as base64. */
export function chainHash(previous: string, entry: object): string {
  return hash('sha256', previous + canonical(entry), 'base64').slice(0, HASH_CHARS);
}

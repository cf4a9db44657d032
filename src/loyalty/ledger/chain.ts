import { hash } from 'node:crypto';

const HASH_CHARS = 22;

/** JSON with sorted names, so that the text of a value does not depend on how it was stored. */
export function canonical(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (value instanceof Date) return String(value.getTime());
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const record = value as Record<string, unknown>;
  let text = '{';
  for (const name of Object.keys(record).sort()) {
    const item = record[name];
    if (item === undefined) continue;
    text += `${text.length > 1 ? ',' : ''}"${name}":${canonical(item)}`;
  }
  return `${text}}`;
}

/** The hash of an entry (without its own) that follows `previous`: 132 bits of SHA-256 as base64. */
export function chainHash(previous: string, entry: object): string {
  return hash('sha256', previous + canonical(entry), 'base64').slice(0, HASH_CHARS);
}

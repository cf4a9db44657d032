import type { Patch } from '../../../src/loyalty/ledger/patch.ts';

/** What a server makes of a document by `$set` and by `$push` with `$each` and `$slice`. */
export function applyPatch<Document extends object>(document: Document, patch: Patch): Document {
  let next: object = document;
  for (const [path, value] of Object.entries(patch.$set)) next = put(next, path.split('.'), value);
  for (const [name, { $each, $slice }] of Object.entries(patch.$push ?? {})) {
    const list = (next as Record<string, unknown>)[name] as readonly unknown[];
    next = { ...next, [name]: [...list, ...$each].slice($slice) };
  }
  return next as Document;
}

function put(into: object, [name = '', ...rest]: readonly string[], value: unknown): object {
  if (rest.length === 0) return { ...into, [name]: value };
  const inner = (into as Record<string, object | undefined>)[name] ?? {};
  return { ...into, [name]: put(inner, rest, value) };
}

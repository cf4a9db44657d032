/** The documents of the stand-in: found by what the ledger asks for, and changed as MongoDB would. */
import { mongo } from 'mongoose';

export type Document = Record<string, unknown>;
type Filter = Readonly<Document>;

interface Stored {
  readonly document: Document;
  /** As it is sent; null when it was changed since. */
  encoded: Uint8Array | null;
}

/** The documents of one collection. */
export interface Documents {
  readonly byId: Map<string, Stored>;
  readonly byField: ReadonlyMap<string, Map<string, Stored[]>>;
  readonly inOrder: ReadonlyMap<string, Stored[]>;
}

export interface Query {
  readonly filter: Filter;
  readonly sort?: Readonly<Record<string, 1 | -1>>;
  readonly limit?: number;
}

export interface Update {
  readonly q: Filter;
  readonly u: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly upsert?: boolean;
}

/** Fields with an index, the most selective first; an update never changes them. */
const INDEXED = ['key', '_journal', 'accountId'];
/** Fields of which ranges are asked for. */
const ORDERED = ['_id', 'dueAt'];

export function noDocuments(): Documents {
  return {
    byId: new Map(),
    byField: new Map(INDEXED.map((field) => [field, new Map()])),
    inOrder: new Map(ORDERED.map((field) => [field, []])),
  };
}

/** False when a document with this id is there already. */
export function insert({ byId, byField, inOrder }: Documents, given: Document): boolean {
  const document = { _id: new mongo.ObjectId(), ...given };
  const id = String(document._id);
  if (byId.has(id)) return false;
  const stored: Stored = { document, encoded: null };
  byId.set(id, stored);
  for (const [field, index] of byField) {
    if (!(field in given)) continue;
    const value = String(given[field]);
    const others = index.get(value);
    if (others) others.push(stored);
    else index.set(value, [stored]);
  }
  for (const [field, list] of inOrder) putInto(list, field, stored);
  return true;
}

/** Documents as they are sent. */
export function find(documents: Documents, { filter, sort, limit }: Query): Uint8Array[] {
  let found = matching(documents, filter);
  if (sort) found = found.toSorted(inOrderOf(sort));
  if (limit) found = found.slice(0, limit);
  return found.map((stored) => {
    stored.encoded ??= mongo.BSON.serialize(stored.document);
    return stored.encoded;
  });
}

/** Changes the first that matches. Says whether one did, or was made. */
export function update(documents: Documents, { q, u, upsert }: Update): boolean {
  const [stored] = matching(documents, q);
  if (stored) {
    const moved = [...documents.inOrder].filter(([field]) => field in (u.$set ?? {}));
    for (const [field, list] of moved) takeFrom(list, field, stored);
    change(stored.document, u);
    stored.encoded = null;
    for (const [field, list] of moved) putInto(list, field, stored);
    return true;
  }
  if (!upsert) return false;
  const document: Document = { ...q, ...u.$setOnInsert };
  change(document, u);
  return insert(documents, document);
}

function matching(documents: Documents, filter: Filter): Stored[] {
  return candidates(documents, filter).filter(({ document }) =>
    Object.entries(filter).every(([field, wanted]) => isMatch(document[field], wanted)),
  );
}

function candidates({ byId, byField, inOrder }: Documents, filter: Filter): Stored[] {
  const ids = valuesOf(filter._id);
  if (ids) return ids.flatMap((id) => byId.get(id) ?? []);
  for (const [field, list] of inOrder) {
    if (isOperators(filter[field])) return rangeOf(list, field, filter[field]);
  }
  for (const [field, index] of byField) {
    const values = valuesOf(filter[field]);
    if (values) return values.flatMap((value) => index.get(value) ?? []);
  }
  return [...byId.values()];
}

/** What lies between the bounds; without one, up to the end on that side. */
function rangeOf(list: readonly Stored[], field: string, range: Document): Stored[] {
  const { $gte: from = range.$gt, $lte: to = range.$lt } = range;
  const start = from === undefined ? 0 : positionOf(list, field, { value: from });
  const end = to === undefined ? list.length : positionOf(list, field, { value: to, after: true });
  return list.slice(start, end);
}

/** How many of them, from the first, lie before a value; those with the value as well if `after`. */
function positionOf(
  list: readonly Stored[],
  field: string,
  { value, after = false }: { readonly value: unknown; readonly after?: boolean },
): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const order = compare(list[middle]?.document[field], value);
    if (order < 0 || (after && order === 0)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A document without the field has no place in its order. */
function putInto(list: Stored[], field: string, stored: Stored): void {
  const value = stored.document[field];
  if (value === undefined || value === null) return;
  list.splice(positionOf(list, field, { value, after: true }), 0, stored);
}

function takeFrom(list: Stored[], field: string, stored: Stored): void {
  const value = stored.document[field];
  if (value === undefined || value === null) return;
  const first = positionOf(list, field, { value });
  list.splice(list.indexOf(stored, first), 1);
}

/** The values that are asked for by name; null for a range, or no question at all. */
function valuesOf(wanted: unknown): string[] | null {
  if (typeof wanted === 'string' || wanted instanceof mongo.ObjectId) return [String(wanted)];
  const list = (wanted as { $in?: unknown[] } | undefined)?.$in;
  return list ? list.map(String) : null;
}

const OPERATORS: Readonly<Record<string, (value: unknown, wanted: unknown) => boolean>> = {
  $in: (value, wanted) => (wanted as unknown[]).some((item) => compare(value, item) === 0),
  $gt: (value, wanted) => compare(value, wanted) > 0,
  $gte: (value, wanted) => compare(value, wanted) >= 0,
  $lt: (value, wanted) => compare(value, wanted) < 0,
  $lte: (value, wanted) => compare(value, wanted) <= 0,
  $ne: (value, wanted) => compare(value, wanted) !== 0,
  $exists: (value, wanted) => (value !== undefined) === wanted,
};

function isMatch(value: unknown, wanted: unknown): boolean {
  if (!isOperators(wanted)) return compare(value, wanted) === 0;
  return Object.entries(wanted).every(([name, operand]) => {
    const operator = OPERATORS[name];
    if (!operator) throw new Error(`the stand-in does not know ${name}`);
    return operator(value, operand);
  });
}

function isOperators(wanted: unknown): wanted is Document {
  return typeof wanted === 'object' && wanted !== null && '$' === Object.keys(wanted)[0]?.[0];
}

/** Like values only; NaN when there is none, which no operator but `$ne` takes. */
function compare(a: unknown, b: unknown): number {
  const [left, right] = [comparable(a), comparable(b)];
  if (left === right) return 0;
  if (typeof left !== typeof right) return Number.NaN;
  return (left as string) < (right as string) ? -1 : 1;
}

function comparable(value: unknown): unknown {
  if (value instanceof Date) return value.getTime();
  return value instanceof mongo.ObjectId ? String(value) : value;
}

function inOrderOf(sort: Readonly<Record<string, 1 | -1>>): (a: Stored, b: Stored) => number {
  return (a, b) => {
    for (const [field, direction] of Object.entries(sort)) {
      const order = compare(a.document[field], b.document[field]);
      if (order !== 0 && !Number.isNaN(order)) return order * direction;
    }
    return 0;
  };
}

function change(document: Document, { $set = {}, $push = {}, $inc = {} }: Update['u']): void {
  for (const [path, value] of Object.entries($set)) setAt(document, path, value);
  for (const [name, by] of Object.entries($inc)) {
    document[name] = Number(document[name] ?? 0) + Number(by);
  }
  for (const [name, pushed] of Object.entries($push)) {
    const { $each, $slice } = pushed as { $each: unknown[]; $slice: number };
    document[name] = [...((document[name] ?? []) as unknown[]), ...$each].slice($slice);
  }
}

function setAt(document: Document, path: string, value: unknown): void {
  const names = path.split('.');
  const last = names.pop() ?? '';
  let inner = document;
  for (const name of names) {
    inner[name] ??= {};
    inner = inner[name] as Document;
  }
  inner[last] = value;
}

/**
 * A server that speaks MongoDB's protocol and keeps its documents in memory, for measuring what
 * sending to many costs beside the database: every command is answered after as many milliseconds as
 * its argument says. It knows what broadcasts ask for: ranges of ids, lists of ids, a few operators.
 */
import { mongo } from 'mongoose';
import { bodyOf, type Command, cursorBody } from './stand-in-messages.ts';
import { standIn } from './stand-in-server.ts';

type Document = Record<string, unknown>;

/** Documents by id, and their ids in order. */
interface Documents {
  readonly byId: Map<string, Document>;
  readonly ids: string[];
}

const DUPLICATE_KEY = 11_000;
const collections = new Map<string, Documents>();
const [delayMs = 0, port = 0] = process.argv.slice(2).map(Number);

const COMMANDS: Readonly<Record<string, (documents: Documents, command: Command) => Uint8Array>> = {
  find: (documents, command) => {
    const {
      filter = {},
      sort,
      limit = 0,
    } = command as { filter?: Document; sort?: Document; limit?: number };
    const page = matching(documents, filter, {
      isBackwards: sort?._id === -1,
      limit: limit || Number.POSITIVE_INFINITY,
    });
    return cursorBody(
      `bench.${command.find}`,
      page.map((one) => mongo.BSON.serialize(one)),
    );
  },
  insert: (documents, command) => {
    const list = command.documents as readonly Document[];
    const writeErrors = list.flatMap((document, index) =>
      put(documents, document)
        ? []
        : [{ index, code: DUPLICATE_KEY, errmsg: 'E11000 duplicate key' }],
    );
    const n = list.length - writeErrors.length;
    return bodyOf({ ok: 1, n, ...(writeErrors.length > 0 && { writeErrors }) });
  },
  update: (documents, command) => {
    const updates = command.updates as readonly Update[];
    const results = updates.map((update) => updated(documents, update));
    const writeErrors = results.flatMap((n, index) =>
      n === null ? [{ index, code: DUPLICATE_KEY, errmsg: 'E11000 duplicate key' }] : [],
    );
    const n = results.reduce<number>((sum, one) => sum + (one ?? 0), 0);
    return bodyOf({ ok: 1, n, nModified: n, ...(writeErrors.length > 0 && { writeErrors }) });
  },
  delete: (documents, command) => {
    const deletes = command.deletes as readonly { q: Document }[];
    let n = 0;
    for (const { _id } of deletes.flatMap(({ q }) => matching(documents, q))) {
      documents.byId.delete(String(_id));
      documents.ids.splice(documents.ids.indexOf(String(_id)), 1);
      n += 1;
    }
    return bodyOf({ ok: 1, n });
  },
  findAndModify: (documents, { query, update }) => {
    const [found] = matching(documents, query as Document);
    if (found) change(found, update as Document);
    return bodyOf({ ok: 1, value: found ?? null });
  },
  aggregate: (documents, { aggregate, pipeline }) => {
    const [first, second] = pipeline as readonly Document[];
    const isCount = second !== undefined && '$group' in second;
    const n = isCount ? matching(documents, (first?.$match ?? {}) as Document).length : 0;
    return cursorBody(`bench.${aggregate}`, isCount ? [mongo.BSON.serialize({ _id: 1, n })] : []);
  },
};

standIn({ delayMs, port, answer: answerTo });

function answerTo(command: Command): Uint8Array {
  const [name = ''] = Object.keys(command);
  const answer = COMMANDS[name];
  if (!answer) return bodyOf({ ok: 1 });
  const place = `${command.$db}.${command[name]}`;
  const documents = collections.get(place) ?? { byId: new Map(), ids: [] };
  collections.set(place, documents);
  return answer(documents, command);
}

interface Update {
  readonly q: Document;
  readonly u: Document;
  readonly multi?: boolean;
  readonly upsert?: boolean;
}

/** How many were changed or made; null when one could not be made, because it is there. */
function updated(documents: Documents, { q, u, multi, upsert }: Update): number | null {
  const all = matching(documents, q);
  const found = multi ? all : all.slice(0, 1);
  for (const document of found) change(document, u);
  if (found.length > 0 || !upsert) return found.length;
  const added = { _id: q._id, ...(u.$setOnInsert as Document) };
  change(added, u);
  return put(documents, added) ? 1 : null;
}

function put({ byId, ids }: Documents, given: Document): boolean {
  const document = { _id: given._id ?? new mongo.ObjectId(), ...given };
  const id = String(document._id);
  if (byId.has(id)) return false;
  byId.set(id, document);
  ids.splice(positionOf(ids, id), 0, id);
  return true;
}

function positionOf(ids: readonly string[], id: string): number {
  let [low, high] = [0, ids.length];
  if (high > 0 && (ids[high - 1] ?? '') < id) return high;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ids[middle] ?? '') < id) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** From the front unless said; no more is looked at than is asked for. */
function matching(
  documents: Documents,
  filter: Document,
  { isBackwards = false, limit = Number.POSITIVE_INFINITY } = {},
): Document[] {
  const { _id: id, $expr: _, ...others } = filter;
  const found: Document[] = [];
  for (const document of candidates(documents, id, isBackwards)) {
    if (isWanted(document, others) && found.push(document) >= limit) break;
  }
  return found;
}

function isWanted(document: Document, filter: Document): boolean {
  const { $or, ...paths } = filter as { readonly $or?: readonly Document[] };
  const isOneOf = $or?.some((one) => isWanted(document, one)) ?? true;
  const all = Object.entries(paths);
  return (
    isOneOf && all.every(([path, wanted]) => isMatch(valuesAt(document, path.split('.')), wanted))
  );
}

function* candidates(
  { byId, ids }: Documents,
  id: unknown,
  isBackwards: boolean,
): Generator<Document> {
  const range = (id ?? {}) as Range;
  const listed = typeof id === 'string' ? [id] : range.$in;
  for (const one of listed ?? idsWithin(ids, range, isBackwards)) {
    const found = byId.get(one);
    if (found) yield found;
  }
}

interface Range {
  readonly $in?: readonly string[];
  readonly $gt?: string;
  readonly $lt?: string;
}

function* idsWithin(
  ids: readonly string[],
  { $gt, $lt }: Range,
  isBackwards: boolean,
): Generator<string> {
  let from = $gt === undefined ? 0 : positionOf(ids, $gt);
  if (ids[from] === $gt) from += 1;
  const to = $lt === undefined ? ids.length : positionOf(ids, $lt);
  for (let n = 0; n < to - from; n++) yield ids[isBackwards ? to - 1 - n : from + n] ?? '';
}

/** All values of a path: a list has those of each of its items. */
function valuesAt(value: unknown, path: readonly string[]): unknown[] {
  const [name, ...rest] = path;
  const isPlace = Array.isArray(value) && /^\d+$/.test(name ?? '');
  if (Array.isArray(value) && !isPlace) return value.flatMap((item) => valuesAt(item, path));
  if (name === undefined) return [value];
  if (typeof value !== 'object' || value === null) return [undefined];
  return valuesAt((value as Document)[name], rest);
}

function isMatch(values: readonly unknown[], wanted: unknown): boolean {
  if (typeof wanted !== 'object' || wanted === null || wanted instanceof Date) {
    return values.some((value) => (value ?? null) === wanted);
  }
  return Object.entries(wanted).every(([name, operand]) => {
    if (name === '$ne') return values.every((value) => value !== operand);
    if (name === '$exists') return values.some((value) => value !== undefined) === operand;
    if (name === '$in') return values.some((value) => (operand as unknown[]).includes(value));
    if (name === '$nin') return values.every((value) => !isAmong(value, operand as unknown[]));
    if (name === '$gte') return values.some((value) => Number(value) >= Number(operand));
    if (name === '$lte') return values.some((value) => Number(value) <= Number(operand));
    throw new Error(`the stand-in does not know ${name}`);
  });
}

/** Lists and documents are compared as a whole. */
function isAmong(value: unknown, list: readonly unknown[]): boolean {
  return list.some((one) => JSON.stringify(one) === JSON.stringify(value ?? null));
}

function change(document: Document, update: Document): void {
  const { $set = {}, $inc = {}, $push = {}, $pull = {} } = update as Record<string, Document>;
  for (const [path, value] of Object.entries($set)) setAt(document, path, () => value);
  for (const [path, by] of Object.entries($inc)) {
    setAt(document, path, (before) => Number(before ?? 0) + Number(by));
  }
  for (const [name, pushed] of Object.entries($push)) {
    const { $each, $slice } = pushed as { $each: unknown[]; $slice: number };
    document[name] = [...((document[name] ?? []) as unknown[]), ...$each].slice($slice);
  }
  for (const [name, { id }] of Object.entries($pull) as [string, Document][]) {
    document[name] = ((document[name] ?? []) as Document[]).filter((item) => item.id !== id);
  }
}

function setAt(document: Document, path: string, value: (before: unknown) => unknown): void {
  const names = path.split('.');
  const last = names.pop() ?? '';
  let inner = document;
  for (const name of names) {
    inner[name] ??= {};
    inner = inner[name] as Document;
  }
  inner[last] = value(inner[last]);
}

import type { mongo } from 'mongoose';
import type { Context } from '../kernel/context.ts';
import { type Leased, withLease } from './lease.ts';
import { type MigrationProgress, MigrationProgressModel } from './migration.model.ts';
import { database, isDuplicateKey } from './mongo.ts';

const BATCH = 50;
const LEASE = { name: 'migrations', holdMs: 60_000 };

/** A document as it is stored, whatever its form. */
export interface Stored {
  readonly _id: string;
  readonly [field: string]: unknown;
}

/** How the documents of one collection get from one form to the next. The collection's owner says so. */
export interface Migration {
  /** `<collection>-<version>`, for ever. */
  readonly name: `${string}-${number}`;
  readonly collection: string;
  /** Which documents have the old form; what `lift` gives must not match it any more. */
  readonly isOld: mongo.Filter<Stored>;
  /** The fields that make an old document a new one. Pure. @throws for one that it cannot understand */
  readonly lift: (old: Stored) => Readonly<Record<string, unknown>>;
}

/** How many documents a batch has lifted, and whether there may be more. */
export interface Lifted {
  readonly lifted: number;
  readonly more: boolean;
}

/** Whether a collection still has documents of the old form. */
export async function isPending({ collection, isOld }: Migration): Promise<boolean> {
  const old = await stored(collection).findOne(isOld, { projection: { _id: 1 } });
  return old !== null;
}

/** Tries a migration on every old document without writing. @throws LiftError for the first that fails */
export async function tryMigration(migration: Migration): Promise<number> {
  let documents = 0;
  const old = stored(migration.collection).find(migration.isOld).sort({ _id: 1 });
  for await (const document of old) {
    lift(migration, document);
    documents++;
  }
  return documents;
}

/**
 * Lifts the next bounded batch, unless another runner is at it. It may be killed at any line: what is
 * lifted does not match any more, and the next run goes on where the progress was kept. A document that
 * somebody changes in the meantime is left for the next pass.
 * @throws LiftError when a document cannot be lifted; nothing of its batch is written
 */
export async function migrateSome(ctx: Context, migration: Migration): Promise<Leased<Lifted>> {
  return withLease(ctx, LEASE, async () => {
    const { name, collection, isOld } = migration;
    const before = await MigrationProgressModel.findById(name).lean<MigrationProgress>();
    const behind = before?.after ? { $and: [isOld, { _id: { $gt: before.after } }] } : isOld;
    const documents = await stored(collection).find(behind).sort({ _id: 1 }).limit(BATCH).toArray();
    const lifted = await liftAll(migration, documents);
    const last = documents.length === BATCH ? (documents.at(-1)?._id ?? null) : null;
    const more = last !== null || (await isPending(migration));
    const finishedAt = more ? null : ctx.now;
    await keep(ctx, before, { _id: name, after: last, lifted, finishedAt });
    return { lifted, more };
  });
}

/** A document that a migration cannot lift; someone has to look at it. */
export class LiftError extends Error {
  constructor(name: string, id: string, because: string) {
    super(`${name} cannot lift ${id}: ${because}`);
    this.name = 'LiftError';
  }
}

function stored(collection: string): mongo.Collection<Stored> {
  return database().collection<Stored>(collection);
}

async function liftAll(migration: Migration, documents: readonly Stored[]): Promise<number> {
  if (documents.length === 0) return 0;
  const { name, collection, isOld } = migration;
  const updates = documents.map((document) => updateOf(migration, document));
  const { matchedCount } = await stored(collection).bulkWrite(updates);
  if (matchedCount < documents.length) return matchedCount;
  const ids = documents.map(({ _id }) => _id);
  const same = await stored(collection).findOne({ $and: [isOld, { _id: { $in: ids } }] });
  if (same) throw new LiftError(name, same._id, 'it keeps its old form');
  return matchedCount;
}

/** Writes only over what was read: a field that changed since keeps its newer value. */
function updateOf(migration: Migration, document: Stored): mongo.AnyBulkWriteOperation<Stored> {
  const fields = lift(migration, document);
  const unchanged = Object.keys(fields).map((field) => ({
    [field]: field in document ? { $eq: document[field] } : { $exists: false },
  }));
  const filter = { $and: [{ _id: document._id }, migration.isOld, ...unchanged] };
  return { updateOne: { filter, update: { $set: fields } } };
}

function lift(migration: Migration, document: Stored): Readonly<Record<string, unknown>> {
  try {
    return migration.lift(document);
  } catch (error) {
    const because = error instanceof Error ? error.message : String(error);
    throw new LiftError(migration.name, document._id, because);
  }
}

/** A runner that was too slow keeps nothing: what the other has kept stands. */
async function keep(
  { now }: Context,
  before: MigrationProgress | null,
  { lifted, ...place }: Omit<MigrationProgress, 'startedAt'>,
): Promise<void> {
  if (before) {
    const { _id, after, lifted: count } = before;
    const next = { $set: place, $inc: { lifted } };
    await MigrationProgressModel.updateOne({ _id, after, lifted: count }, next);
    return;
  }
  await MigrationProgressModel.create({ ...place, lifted, startedAt: now }).catch(
    (error: unknown) => {
      if (!isDuplicateKey(error)) throw error;
    },
  );
}

import mongoose, { type Model, mongo, type Schema } from 'mongoose';

const SERVER_WAIT_MS = 2000;

/** A connected database, and what the ledger must know of it. */
export interface MongoConnection {
  /** True for a server without a replica set: look-ups are `local` there instead of linearizable. */
  readonly standalone: boolean;
  close(): Promise<void>;
}

/**
 * Connects every model of this process. Reads and writes are `majority`; a server that cannot be
 * reached is waited for 2 s and never buffered for.
 * @throws the driver's error when no server answers
 */
export async function connectMongo({ uri }: { readonly uri: string }): Promise<MongoConnection> {
  mongoose.set('bufferCommands', false);
  mongoose.set('autoIndex', false);
  mongoose.set('autoCreate', false);
  await mongoose.connect(uri, {
    serverSelectionTimeoutMS: SERVER_WAIT_MS,
    connectTimeoutMS: SERVER_WAIT_MS,
    socketTimeoutMS: 2 * SERVER_WAIT_MS,
    maxPoolSize: 32,
    readConcern: { level: 'majority' },
    writeConcern: { w: 'majority', journal: true },
    readPreference: 'primary',
    ignoreUndefined: true,
    ...(namesDatabase(uri) ? {} : { dbName: 'jifenwu' }),
  });
  const hello = await database().command({ hello: 1 });
  const standalone = hello.setName === undefined && hello.msg !== 'isdbgrid';
  return { standalone, close: () => mongoose.disconnect() };
}

/** An address may leave the database out; the driver would then take `test`. */
function namesDatabase(uri: string): boolean {
  return /^mongodb(\+srv)?:\/\/[^/?]+\/[^?]/.test(uri);
}

/** The connected database, for the few that use the driver itself. */
export function database(): mongo.Db {
  const { db } = mongoose.connection;
  if (!db) throw new Error('the database is not connected');
  return db;
}

/** A model without hooks, virtuals, timestamps or a version field; ids are strings made by `newId`. */
export function defineModel<Document>(
  collection: string,
  schema: Schema<Document>,
): Model<Document> {
  schema.set('versionKey', false);
  schema.set('collection', collection);
  schema.set('minimize', false);
  schema.set('strict', 'throw');
  return mongoose.model<Document>(collection, schema);
}

/**
 * Makes the collection of every model and builds its indexes, one after another, so that no first
 * write has to. What is there stays as it is: safe to repeat, and from two processes at once.
 */
export async function buildIndexes(): Promise<readonly string[]> {
  const built: string[] = [];
  for (const name of mongoose.modelNames().toSorted()) {
    const model = mongoose.model(name);
    await model.createCollection();
    await model.createIndexes();
    built.push(name);
  }
  return built;
}

/** Indexes that a model wants and its collection does not have, as `collection: {"field":1}`. */
export async function missingIndexes(): Promise<readonly string[]> {
  const missing: string[] = [];
  for (const name of mongoose.modelNames().toSorted()) {
    const wanted = mongoose.model(name).schema.indexes();
    const there = await database()
      .collection(name)
      .indexes()
      .catch(() => []);
    const keys = new Set(there.map(({ key }) => JSON.stringify(key)));
    for (const [key] of wanted) {
      const text = JSON.stringify(key);
      if (!keys.has(text)) missing.push(`${name}: ${text}`);
    }
  }
  return missing;
}

const DUPLICATE_KEY = 11_000;

/** Whether a write failed because a unique index has that value already. */
export function isDuplicateKey(error: unknown): boolean {
  return error instanceof mongo.MongoServerError && error.code === DUPLICATE_KEY;
}

/**
 * Which of so many unordered inserts failed because a unique index has their value already, by place;
 * all others are done. @throws the error itself when anything else is wrong with it
 */
export function duplicatesAmong(count: number, error: unknown): ReadonlySet<number> {
  if (!(error instanceof mongo.MongoBulkWriteError)) throw error;
  // Without a majority's word nothing of it is known to stay.
  if (error.result.getWriteConcernError()) throw error;
  const failed = [error.writeErrors].flat();
  // A connection that is lost comes in the same wrapping, and tells of no document at all.
  if (error.result.insertedCount + failed.length < count) throw error;
  if (!failed.every(({ code }) => code === DUPLICATE_KEY)) throw error;
  return new Set(failed.map(({ index }) => index));
}

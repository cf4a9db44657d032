import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import mongoose, { mongo } from 'mongoose';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import {
  buildIndexes,
  connectMongo,
  database,
  type MongoConnection,
  missingIndexes,
} from '../../src/platform/mongo.ts';
import { databaseUri } from '../support/database.ts';
import '../../src/app.ts';

const ofTheService = mongoose.modelNames().toSorted();
let connection: MongoConnection;

beforeAll(async () => {
  connection = await connectMongo({ uri: databaseUri() });
});
beforeEach(() => database().dropDatabase());
afterEach(() => vi.restoreAllMocks());
afterAll(async () => {
  await database().dropDatabase();
  await connection.close();
});

async function collections(): Promise<readonly string[]> {
  const listed = await database().listCollections({}, { nameOnly: true }).toArray();
  return listed.map(({ name }) => name).toSorted();
}

test('a start makes every collection with its indexes, so that no later write has to', async () => {
  await buildIndexes();
  expect(await collections()).toEqual(ofTheService);
  expect(await missingIndexes()).toEqual([]);
});

test('a service knows every model but those of a command that starts by itself', async () => {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.model.ts'),
  );
  expect(files.length).toBeGreaterThan(20);
  for (const file of files) await import(join(process.cwd(), 'src', file));
  const others = mongoose.modelNames().filter((name) => !ofTheService.includes(name));
  expect(others).toEqual(['migrations']);
  mongoose.deleteModel('migrations');
});

test('two processes may start at once on an empty database', async () => {
  const built = await Promise.all([buildIndexes(), buildIndexes()]);
  expect(built).toEqual([ofTheService, ofTheService]);
  expect(await collections()).toEqual(ofTheService);
  expect(await missingIndexes()).toEqual([]);
});

test('what an older release has made and filled stays as it is', async () => {
  const tasks = database().collection<{ _id: string }>('tasks');
  await tasks.insertOne({ _id: 'task_1' });
  await buildIndexes();
  await buildIndexes();
  expect(await tasks.find().toArray()).toEqual([{ _id: 'task_1' }]);
  expect(await collections()).toEqual(ofTheService);
});

test('a collection that cannot be made is no start', async () => {
  const refused = new mongo.MongoServerError({ message: 'not authorized', code: 13 });
  vi.spyOn(mongoose.connection, 'createCollection').mockRejectedValue(refused);
  await expect(buildIndexes()).rejects.toBe(refused);
});

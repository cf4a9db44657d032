import { mongo } from 'mongoose';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { at } from '../../tests/support/context.ts';
import { useDatabase } from '../../tests/support/database.ts';
import { MigrationProgressModel } from './migration.model.ts';
import { isPending, type Migration, migrateSome, type Stored, tryMigration } from './migrations.ts';
import { database } from './mongo.ts';

useDatabase();
const ctx = at('2026-01-31T08:00:00+08:00');

/** Pets used to have a name in one piece. */
const migration: Migration = {
  name: 'pets-2',
  collection: 'pets',
  isOld: { version: { $ne: 2 } },
  lift({ name }) {
    if (typeof name !== 'string') throw new Error('it has no name');
    const [first, last] = name.split(' ');
    return { version: 2, name: { first, last } };
  },
};

function pets() {
  return database().collection<Stored>('pets');
}

function idOf(n: number): string {
  return `pet_${String(n).padStart(4, '0')}`;
}

async function born(count: number): Promise<void> {
  const list = Array.from({ length: count }, (_, n) => ({ _id: idOf(n), name: `Rex ${n}` }));
  await pets().insertMany(list);
}

/** Runs batches until nothing is left; what each has lifted. */
async function migrate(): Promise<number[]> {
  const batches: number[] = [];
  for (let more = true; more; ) {
    const batch = await migrateSome(ctx, migration);
    if (batch.outcome === 'held') throw new Error('nobody else migrates');
    batches.push(batch.value.lifted);
    more = batch.value.more;
  }
  return batches;
}

beforeEach(async () => {
  await pets().deleteMany({});
  await MigrationProgressModel.deleteMany({});
});

test('every old document is lifted, in bounded batches, and newer ones stay as they are', async () => {
  await born(110);
  await pets().insertOne({ _id: 'pet_new', version: 2, name: { first: 'Tom', last: 'Cat' } });
  expect(await isPending(migration)).toBe(true);
  expect(await migrate()).toEqual([50, 50, 10]);
  expect(await isPending(migration)).toBe(false);
  expect(await pets().countDocuments({ version: 2 })).toBe(111);
  expect(await pets().findOne({ _id: idOf(7) })).toEqual({
    _id: idOf(7),
    version: 2,
    name: { first: 'Rex', last: '7' },
  });
  expect(await pets().findOne({ _id: 'pet_new' })).toMatchObject({ name: { first: 'Tom' } });
  expect(await MigrationProgressModel.find().lean()).toEqual([
    { _id: 'pets-2', after: null, lifted: 110, startedAt: ctx.now, finishedAt: ctx.now },
  ]);
});

test('a dry run tries every document and writes nothing', async () => {
  await born(3);
  expect(await tryMigration(migration)).toBe(3);
  expect(await pets().countDocuments({ version: 2 })).toBe(0);
  expect(await MigrationProgressModel.countDocuments()).toBe(0);
  await pets().insertOne({ _id: 'pet_x' });
  await expect(tryMigration(migration)).rejects.toThrow('pets-2 cannot lift pet_x: it has no name');
});

describe('a runner that dies', () => {
  test('before it has kept its progress: the next one goes on, and nothing is lifted twice', async () => {
    await born(60);
    const create = vi
      .spyOn(MigrationProgressModel, 'create')
      .mockRejectedValueOnce('dead' as never);
    await expect(migrateSome(ctx, migration)).rejects.toBe('dead');
    create.mockRestore();
    expect(await migrate()).toEqual([10]);
    expect(await pets().countDocuments({ version: 2 })).toBe(60);
  });

  test('in the middle of a batch: the rest of it comes with the next run', async () => {
    await born(60);
    await migrateSome(ctx, migration);
    // As if only some of the second batch had reached the server.
    await pets().updateOne({ _id: idOf(55) }, { $set: { version: 2, name: { first: 'Rex' } } });
    expect(await migrate()).toEqual([9]);
    expect(await pets().findOne({ _id: idOf(55) })).toMatchObject({ name: { first: 'Rex' } });
  });

  test('its progress tells where to go on, without reading the first documents again', async () => {
    await born(101);
    await migrateSome(ctx, migration);
    expect(await MigrationProgressModel.findById('pets-2').lean()).toMatchObject({
      after: idOf(49),
      lifted: 50,
      finishedAt: null,
    });
  });
});

test('of two runners at once each document is lifted by one', async () => {
  await born(130);
  const lifted = { total: 0, held: 0 };
  const run = async () => {
    for (let more = true; more; ) {
      const batch = await migrateSome(ctx, migration);
      if (batch.outcome === 'held') lifted.held++;
      else lifted.total += batch.value.lifted;
      more = batch.outcome === 'held' || batch.value.more;
    }
  };
  await Promise.all([run(), run()]);
  expect(lifted.held).toBeGreaterThan(0);
  expect(lifted.total).toBe(130);
  expect(await MigrationProgressModel.findById('pets-2').lean()).toMatchObject({ lifted: 130 });
});

test('what somebody changes between reading and writing is kept, and lifted in the next pass', async () => {
  await born(2);
  const write = vi.spyOn(mongo.Collection.prototype, 'bulkWrite');
  write.mockImplementationOnce(async (updates) => {
    await pets().updateOne({ _id: idOf(1) }, { $set: { name: 'Max 1' } });
    return pets().bulkWrite(updates as never);
  });
  expect(await migrate()).toEqual([1, 1]);
  write.mockRestore();
  expect(await pets().findOne({ _id: idOf(1) })).toMatchObject({
    version: 2,
    name: { first: 'Max' },
  });
});

test('a document that cannot be lifted stops its batch, which writes nothing', async () => {
  await born(2);
  await pets().insertOne({ _id: 'pet_x', name: 7 });
  await expect(migrateSome(ctx, migration)).rejects.toThrow('pets-2 cannot lift pet_x');
  expect(await pets().countDocuments({ version: 2 })).toBe(0);
});

test('a migration that does not change the form says so instead of running for ever', async () => {
  await born(1);
  const idle: Migration = { ...migration, lift: () => ({ version: 1 }) };
  await expect(migrateSome(ctx, idle)).rejects.toThrow(`${idOf(0)}: it keeps its old form`);
});

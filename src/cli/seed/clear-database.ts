import { database } from '../../platform/mongo.ts';

/** Drops everything in the database. */
export async function clearDatabase(): Promise<void> {
  await database().dropDatabase();
}

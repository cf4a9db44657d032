import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, inject } from 'vitest';
import {
  buildIndexes,
  connectMongo,
  database,
  type MongoConnection,
} from '../../src/platform/mongo.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the server of this run listens; each test file takes a database of its own. */
    mongodbUri: string;
  }
}

/** Connects the models of this test file to an empty database with all indexes, and drops it afterwards. */
export function useDatabase(): { connection: () => MongoConnection; uri: string } {
  const uri = databaseUri();
  let connection: MongoConnection | null = null;
  beforeAll(async () => {
    connection = await connectMongo({ uri });
    await buildIndexes();
  });
  afterAll(async () => {
    await database().dropDatabase();
    await connection?.close();
  });
  return {
    uri,
    connection: () => {
      if (!connection) throw new Error('the database is connected before the first test');
      return connection;
    },
  };
}

/** The address of a database that nobody else uses. */
export function databaseUri(): string {
  const url = new URL(inject('mongodbUri'));
  url.pathname = `/test_${randomUUID().replaceAll('-', '').slice(0, 16)}`;
  return url.href;
}

import type { TestProject } from 'vitest/node';
import { type LocalDatabase, startLocalDatabase } from '../../src/platform/local-database.ts';
import { createLog } from '../../src/platform/log.ts';

let database: LocalDatabase | null = null;

/** One database server for the whole run, in a temporary folder, unless MONGODB_URI names one. */
export async function setup(project: TestProject): Promise<void> {
  const { env } = process;
  const uri = env.MONGODB_URI ?? null;
  const log = createLog({ level: 'info' });
  database = await startLocalDatabase({ uri, dataDir: '.data', keep: false, log, env });
  project.provide('mongodbUri', database.uri);
}

export async function teardown(): Promise<void> {
  await database?.stop();
}

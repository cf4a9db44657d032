import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Log } from '../../src/kernel/context.ts';
import { type DatabaseProgram, databasePrograms } from '../../src/platform/database-programs.ts';
import { type LaunchedServer, launchServer } from '../../src/platform/database-server.ts';
import { freePort } from './free-port.ts';

/** What a server of its own is found with. */
export interface DatabaseSearch {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: Log;
}

/**
 * A local database server that can be killed at any moment and started again: on the same files and the
 * same port, with the durable setting that a demo's database has.
 */
export class DatabaseProcess {
  readonly kind: string;
  readonly uri: string;
  private readonly launch: () => LaunchedServer;
  private readonly folder: string;
  private server: LaunchedServer | null;

  private constructor(program: DatabaseProgram, env: DatabaseSearch['env'], port: number) {
    const folder = mkdtempSync(join(tmpdir(), 'jifenwu-crash-database-'));
    this.folder = folder;
    this.kind = program.kind;
    this.launch = () => launchServer(program, { kept: folder, env, port });
    this.server = this.launch();
    this.uri = this.server.uri;
  }

  /** The first of the local ways that works. @throws Error when none does */
  static async open(search: DatabaseSearch): Promise<DatabaseProcess> {
    const reasons: unknown[] = [];
    for (const find of databasePrograms) {
      try {
        const program = await find(search);
        if (program) return await DatabaseProcess.started(program, search);
      } catch (error) {
        reasons.push(error);
      }
    }
    throw new AggregateError(reasons, 'no local database can be started');
  }

  private static async started(program: DatabaseProgram, { env }: DatabaseSearch) {
    const database = new DatabaseProcess(program, env, await freePort());
    try {
      await database.ready();
    } catch (error) {
      await database.stop();
      throw error;
    }
    return database;
  }

  start(): void {
    this.server = this.launch();
  }

  /** @throws Error with its last words when it ends by itself, or is not ready in time */
  async ready(): Promise<void> {
    for (;;) {
      const { server } = this;
      try {
        if (server) return await server.ready();
      } catch (error) {
        // One that was killed while it began has a successor.
        if (server === this.server) throw error;
      }
      await wait(20);
    }
  }

  /** Ends it without a warning. */
  async kill(): Promise<void> {
    const { server } = this;
    this.server = null;
    await server?.kill();
  }

  /** Ends it and removes its files. */
  async stop(): Promise<void> {
    await this.server?.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Where a campaign runs: a database of its own on the server that is named, or on one of its own. */
export interface CampaignDatabase {
  readonly uri: string;
  /** Null on a server that is somebody else's: it cannot be killed. */
  readonly server: DatabaseProcess | null;
}

/** Opens it; `MONGODB_URI` names a server, unset one is started. */
export async function campaignDatabase(
  name: string,
  { env, log }: DatabaseSearch,
): Promise<CampaignDatabase> {
  const given = env.MONGODB_URI ?? null;
  const server = given === null ? await DatabaseProcess.open({ env, log }) : null;
  const uri = new URL(given ?? server?.uri ?? '');
  uri.pathname = `/${name}_${randomUUID().slice(0, 8)}`;
  return { uri: uri.href, server };
}

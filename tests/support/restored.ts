import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { fillDatabase } from '../../src/cli/backup/fill-database.ts';
import { type Backup, writeBackup } from '../../src/cli/backup/write-backup.ts';
import { consumers, couriers } from '../../src/jobs/index.ts';
import type { Context } from '../../src/kernel/context.ts';
import * as ledger from '../../src/loyalty/ledger/index.ts';
import * as rules from '../../src/loyalty/rules/index.ts';
import type * as notify from '../../src/notify/index.ts';
import { useDataKey } from '../../src/platform/data-key.ts';
import { buildIndexes, database } from '../../src/platform/mongo.ts';
import { at } from './context.ts';
import { useDatabase } from './database.ts';

const silent = { debug() {}, info() {}, warn() {}, error() {} };
const BEGINS = Date.parse('2026-11-21T10:00:00+08:00');
const HOUR_MS = 3_600_000;

/** Nobody sends a message while a database is restored. */
const sender: notify.NoticeSender = null as never;

/**
 * A shop whose database can be backed up, and restored in its own place: it is emptied before, and the
 * ledger that is opened afterwards remembers nothing.
 */
export function useRestorable(): Restorable {
  const { connection } = useDatabase();
  const shop = new Restorable(() => connection().standalone);
  beforeAll(async () => {
    useDataKey(Buffer.alloc(32, 7));
    await shop.open();
  });
  afterAll(() => shop.end());
  return shop;
}

export class Restorable {
  readonly folder = mkdtempSync(join(tmpdir(), 'jifenwu-backup-'));
  nowMs = BEGINS;
  private files = 0;
  private readonly standalone: () => boolean;

  constructor(standalone: () => boolean) {
    this.standalone = standalone;
  }

  /** The next second. */
  ctx(): Context {
    this.nowMs += 1000;
    return at(new Date(this.nowMs).toISOString(), { cause: `test:${this.nowMs}` });
  }

  file(): string {
    this.files++;
    return join(this.folder, `${this.files}.jsonl.gz`);
  }

  /** Gives the name of the file. */
  async backUp(more: Partial<Backup> = {}): Promise<string> {
    const file = this.file();
    const { now: startedAt } = this.ctx();
    await writeBackup(file, { startedAt, dataKeyMark: 'test', say: () => undefined, ...more });
    return file;
  }

  /** Restores an hour later, when everything that was under way is due. Gives what was said. */
  async restore(file: string): Promise<readonly string[]> {
    await this.empty();
    this.nowMs += HOUR_MS;
    const said: string[] = [];
    const contextOf = () => this.ctx();
    await fillDatabase({ contextOf, sender }, { file, say: (line) => said.push(line) });
    return said;
  }

  async empty(): Promise<void> {
    await ledger.close();
    await database().dropDatabase();
    await buildIndexes();
    await this.open();
  }

  async open(): Promise<void> {
    const clock = () => new Date(this.nowMs);
    ledger.open({ couriers, consumers, standalone: this.standalone(), clock, log: silent });
    await rules.ensureRulesets(this.ctx());
  }

  async end(): Promise<void> {
    await ledger.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

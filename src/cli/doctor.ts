import type { Command } from 'commander';
import type { Core } from '../core.ts';
import * as settings from '../loyalty/settings/index.ts';
import { database, missingIndexes } from '../platform/mongo.ts';
import * as wechat from '../wechat/index.ts';
import { configOf, type Terminal, withCore } from './command.ts';
import { EXIT, verdictOn } from './exit.ts';
import { pendingMigrations } from './migrate.ts';

interface Check {
  readonly name: string;
  readonly ok: boolean;
  /** What was found, or what to do about it. */
  readonly hint: string;
}

/** `doctor`: looks at everything that the service stands on. */
export function doctorCommand(program: Command, terminal: Terminal): void {
  program
    .command('doctor')
    .description('check configuration, database, shared store, WeChat, clock and indexes')
    .option('--json', 'for machines')
    .action(({ json = false }: { json?: boolean }) => doctor(terminal, json));
}

async function doctor(terminal: Terminal, json: boolean): Promise<void> {
  const { mode, warnings } = configOf(terminal);
  const checks: Check[] = [
    { name: 'configuration', ok: true, hint: [mode, ...warnings].join('; ') },
  ];
  const opened = await withCore(terminal, (core) => examine(core)).catch((error: unknown) => {
    const { message } = verdictOn(error);
    return [{ name: 'mongodb', ok: false, hint: `${message}; set MONGODB_URI or install MongoDB` }];
  });
  checks.push(...opened);
  const ok = checks.every((check) => check.ok);
  if (json) terminal.print(JSON.stringify({ ok, checks }));
  else
    for (const { ok: fine, name, hint } of checks)
      terminal.print(`${fine ? '✓' : '✗'} ${name}: ${hint}`);
  if (!ok) terminal.exit(EXIT.wrong);
}

async function examine(core: Core): Promise<readonly Check[]> {
  return [
    await tried('mongodb', async () => {
      await database().command({ ping: 1 });
      return core.database.kind;
    }),
    await tried('key-value', async () => {
      await core.keyValue.set('doctor', 'ok', { ttlMs: 10_000 });
      if ((await core.keyValue.get('doctor')) !== 'ok') throw new Error('what was stored is gone');
      return core.config.redisUrl ? 'Redis' : 'in this process: one instance only';
    }),
    await tried('indexes', async () => {
      const missing = await missingIndexes();
      if (missing.length > 0) throw new Error(`${missing.join(', ')} missing: run indexes`);
      return 'all there';
    }),
    await tried('migrations', async () => {
      const pending = await pendingMigrations();
      if (pending.length > 0) throw new Error(`${pending.join(', ')} to apply: run migrate`);
      return 'every document has its newest form';
    }),
    await tried('wechat', async () => {
      const templates = await core.api.templates.list();
      return `a token was issued; ${templates.length} templates`;
    }),
    await tried('notices', async () => boundNotices(core)),
    await tried('clock', async () => clockOf(core)),
  ];
}

async function tried(name: string, check: () => Promise<string>): Promise<Check> {
  return check().then(
    (hint) => ({ name, ok: true, hint }),
    (error: unknown) => ({ name, ok: false, hint: hintFor(error) }),
  );
}

/** The failures that people meet most, and the step to take (reference, 4.5). */
const STEPS: Readonly<Record<number, string>> = {
  40164: 'add this server’s address to the IP whitelist of the account',
  40125: 'WECHAT_APP_SECRET is wrong: copy it again from the account’s console',
  40013: 'WECHAT_APP_ID is wrong',
  40001: 'the secret is wrong, or another program fetches tokens for this account',
  45009: 'the daily quota of this call is used up; it returns at midnight',
  48001: 'the account may not use this call: it has to be verified',
};

function hintFor(error: unknown): string {
  if (error instanceof wechat.WechatError) {
    return `${error.errcode} ${error.errmsg}; ${STEPS[error.errcode] ?? 'see the reference, 4.5'}`;
  }
  return error instanceof Error ? error.message : String(error);
}

async function boundNotices(core: Core): Promise<string> {
  const { bindings } = await settings.read(core.contextOf('doctor'), 'notices');
  const missing = Object.keys(core.sender.forms).filter((kind) => !bindings[kind]);
  if (missing.length === 0) return 'every notice has its template';
  throw new Error(`no template for ${missing.join(', ')}: run notices:sync`);
}

const CLOCK_MS = 60_000;

async function clockOf(core: Core): Promise<string> {
  const { localTime } = await database().command({ hello: 1 });
  if (!(localTime instanceof Date)) return 'the database does not tell its time';
  const apartMs = Math.abs(localTime.getTime() - core.clock().getTime());
  if (apartMs > CLOCK_MS)
    throw new Error(`${Math.round(apartMs / 1000)} s apart from the database`);
  return 'agrees with the database';
}

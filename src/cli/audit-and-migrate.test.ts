import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { at } from '../../tests/support/context.ts';
import { databaseUri } from '../../tests/support/database.ts';
import { newId } from '../kernel/ids.ts';
import * as ledger from '../loyalty/ledger/index.ts';
import * as members from '../loyalty/members/index.ts';
import { database } from '../platform/mongo.ts';
import { auditCommand } from './audit.ts';
import { type Terminal, withCore } from './command.ts';
import { migrateCommand } from './migrate.ts';

const ctx = at('2026-11-21T10:00:00+08:00');
const dataDir = mkdtempSync(join(tmpdir(), 'jifenwu-cli-'));
const env = { MONGODB_URI: databaseUri(), DATA_DIR: dataDir };
const printed: string[] = [];
const said: string[] = [];
let exitCode = 0;
const terminal: Terminal = {
  env,
  now: () => ctx.now,
  stdin: (async function* () {})(),
  print: (line) => printed.push(line),
  say: (line) => said.push(line),
  exit: (code) => {
    exitCode = code;
  },
};

/** Runs a command as from a shell; what it printed. */
async function run(...args: readonly string[]): Promise<readonly string[]> {
  printed.length = 0;
  said.length = 0;
  exitCode = 0;
  const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  for (const add of [auditCommand, migrateCommand]) add(program, terminal);
  await program.parseAsync([...args], { from: 'user' });
  return [...printed];
}

const all: members.Member[] = [];

beforeAll(async () => {
  await withCore(terminal, async () => {
    for (const openId of ['o_a', 'o_b', 'o_c']) {
      const { member } = await members.enrol(ctx, { openId, at: ctx.now, by: 'message' });
      await ledger.post(ctx, member._id, 'gift:1', (book) => {
        book.earn({ points: 10, expiresOn: '2027-12-01' });
        return {};
      });
      all.push(member);
    }
  });
  all.sort((a, b) => (a._id < b._id ? -1 : 1));
});

afterAll(async () => {
  await withCore(terminal, () => database().dropDatabase());
  rmSync(dataDir, { recursive: true, force: true });
});

function setPoints(member: members.Member | undefined, points: number): Promise<unknown> {
  const change = { $set: { 'lots.0.points': points } };
  const accounts = () => database().collection<{ _id: string }>('accounts');
  return withCore(terminal, () => accounts().updateOne({ _id: member?._id ?? '' }, change));
}

describe('audit', () => {
  test('proves all accounts, one of them, or those behind one', async () => {
    expect(await run('audit')).toEqual(['✓ 3 accounts, 3 entries, 0 findings']);
    expect(await run('audit', '--member', all[1]?.memberNo ?? '')).toEqual([
      '✓ 1 accounts, 1 entries, 0 findings',
    ]);
    expect(await run('audit', '--after', all[0]?._id ?? '')).toEqual([
      '✓ 2 accounts, 2 entries, 0 findings',
    ]);
    expect(exitCode).toBe(0);
  });

  test('names a finding and ends with 1', async () => {
    await setPoints(all[2], 11);
    const [first, ...more] = await run('audit');
    expect(first).toMatch(new RegExp(`^✗ L\\d+ ${all[2]?._id}: `));
    expect(more.at(-1)).toMatch(/^✗ 3 accounts, 3 entries, \d findings$/);
    expect(exitCode).toBe(1);
    const proof = JSON.parse((await run('audit', '--json')).at(-1) ?? '');
    expect(proof).toMatchObject({ ok: false, checkedAt: ctx.now.toISOString(), accounts: 3 });
    expect(proof.findings).toContainEqual(
      expect.objectContaining({ code: 'L5', accountId: all[2]?._id }),
    );
    expect(Object.keys(proof)).toEqual(['ok', 'checkedAt', 'accounts', 'entries', 'findings']);
    await setPoints(all[2], 10);
  });

  test('compares stock with orders, and payments with orders', async () => {
    const stock = `stock:${newId('rwd', ctx.now)}` as const;
    const [member] = all;
    const orderId = newId('ord', ctx.now);
    await withCore(terminal, async () => {
      await ledger.post(ctx, stock, 'restock:1', (book) => {
        book.earn({ points: 2, kind: 'unit', expiresOn: '9999-12-31' });
        return {};
      });
      await ledger.post(ctx, stock, 'order:1', (book) => {
        book.spend({ points: 1, purpose: 'claim' });
        return {};
      });
      await ledger.post(ctx, member?._id ?? stock, `order:${orderId}`, (book) => {
        book.deliver({ type: 'order', to: orderId, payload: {} });
        return {};
      });
    });
    const noOrder = `✗ L13 ${stock} ${stock}.000000002: 1 pieces for no order`;
    expect(await run('audit')).toEqual([noOrder, '✗ 4 accounts, 6 entries, 1 findings']);
    const paid = `${member?._id}.000000002`;
    await withCore(terminal, () =>
      database()
        .collection<{ _id: string }>('accounts')
        .updateOne({ _id: member?._id ?? '' }, { $set: { deliveries: [] } }),
    );
    expect(await run('audit', '--member', member?.memberNo ?? '')).toEqual([
      `✗ L8 ${member?._id} ${paid}: paid for ${orderId}, which is not there`,
      '✗ 1 accounts, 2 entries, 1 findings',
    ]);
  });

  test('refuses a number that no member has, and both ways to choose at once', async () => {
    await expect(run('audit', '--member', 'M1')).rejects.toMatchObject({ code: 4 });
    await expect(run('audit', '--member', 'M1', '--after', 'mem_1')).rejects.toThrow(
      'cannot be used with',
    );
  });
});

describe('migrate', () => {
  const old = (update: object) =>
    withCore(terminal, () => database().collection('members').updateMany({}, update));
  beforeEach(() => old({ $unset: { schemaVersion: 1, arrival: 1 } }));

  test('says what it would lift, lifts it, and has nothing to do after that', async () => {
    expect(await run('migrate', '--dry-run')).toEqual(['· members-2: 3 to lift']);
    expect(await run('migrate')).toEqual(['✓ members-2: 3 lifted']);
    expect(said).toEqual(['… members-2: 3 lifted']);
    expect(await run('migrate')).toEqual(['✓ members-2: nothing to lift']);
    expect(await run('migrate', '--dry-run')).toEqual(['✓ members-2: nothing to lift']);
  });

  test('leaves it to another runner that is at it', async () => {
    const until = new Date(ctx.now.getTime() + 60_000);
    await withCore(terminal, () =>
      database()
        .collection<{ _id: string }>('leases')
        .insertOne({ _id: 'migrations', holder: 'x', until } as { _id: string }),
    );
    await expect(run('migrate')).rejects.toMatchObject({ code: 4 });
    await withCore(terminal, () => database().collection('leases').deleteMany({}));
  });
});

import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { useDataKey } from './data-key.ts';
import { localKeyValue } from './local-key-value.ts';

const DAY = 86_400_000;
let now = new Date('2026-01-31T08:00:00Z');
let folder = '';
let file = '';
const warnings: unknown[] = [];
const log = { debug() {}, info() {}, warn: (fields: unknown) => warnings.push(fields), error() {} };

beforeEach(() => {
  useDataKey(Buffer.alloc(32, 7));
  now = new Date('2026-01-31T08:00:00Z');
  folder = mkdtempSync(join(tmpdir(), 'jifenwu-kv-'));
  file = join(folder, 'data', 'key-value.jsonl');
  warnings.length = 0;
});
afterEach(() => rmSync(folder, { recursive: true }));

const open = (journal: string | null = file) =>
  localKeyValue({ file: journal, clock: () => now, log: log as never });
const waitFor = (ms: number) => {
  now = new Date(now.getTime() + ms);
};

test('lives end by the clock that is given', async () => {
  const keyValue = open(null);
  await keyValue.set('dialog', 'step 2', { ttlMs: 600_000 });
  waitFor(599_999);
  expect(await keyValue.get('dialog')).toBe('step 2');
  waitFor(1);
  expect(await keyValue.get('dialog')).toBeNull();
});

test('a process that dies without closing forgets no dialog and no reply', async () => {
  const dead = open();
  await dead.set('dialog', 'step 1', { ttlMs: 600_000 });
  await dead.set('dialog', 'step 2', { ttlMs: 600_000 });
  await dead.set('reply', '券码', { ttlMs: DAY });
  await dead.set('deleted', 'x', { ttlMs: DAY });
  await dead.delete('deleted');
  await dead.count('day', { ttlMs: DAY });
  await dead.count('day', { ttlMs: DAY });

  const next = open();
  expect(await next.get('dialog')).toBe('step 2');
  expect(await next.get('reply')).toBe('券码');
  expect(await next.get('deleted')).toBeNull();
  expect(await next.count('day', { ttlMs: DAY })).toBe(3);
  waitFor(600_000);
  const after = open();
  expect(await after.get('dialog')).toBeNull();
  expect(await after.get('reply')).toBe('券码');
});

test('what many wrote at once survives a death as well, in the order in which it was written', async () => {
  const dead = open();
  const steps = Array.from({ length: 50 }, (_, i) =>
    dead.set('dialog', `step ${i}`, { ttlMs: DAY }),
  );
  const replies = Array.from({ length: 50 }, (_, i) => dead.set(`reply:${i}`, 'x', { ttlMs: DAY }));
  await Promise.all([...steps, ...replies, dead.delete('reply:7')]);
  const next = open();
  expect(await next.get('dialog')).toBe('step 49');
  expect([await next.get('reply:7'), await next.get('reply:49')]).toEqual([null, 'x']);
});

test('closing writes down what was still on its way', async () => {
  const closing = open();
  const late = closing.set('dialog', 'step 1', { ttlMs: DAY });
  await closing.close();
  await late;
  expect(await open().get('dialog')).toBe('step 1');
});

test('a claim of a process that died is not in the way of the next', async () => {
  await open().claim('reply', 'working', { ttlMs: 6000 });
  expect(await open().claim('reply', 'working', { ttlMs: 6000 })).toBe(true);
});

test('a short life written over a long one does not bring the former back', async () => {
  const dead = open();
  await dead.set('dialog', 'old', { ttlMs: DAY });
  await dead.set('dialog', 'new', { ttlMs: 1000 });
  expect(await open().get('dialog')).toBeNull();
});

test('a torn last line is passed over, and what is written next is whole', async () => {
  await open().set('reply', 'whole', { ttlMs: DAY });
  appendFileSync(file, readFileSync(file, 'utf8').slice(0, 40));
  const next = open();
  expect(warnings).toEqual([{ torn: 1 }]);
  await next.set('later', 'too', { ttlMs: DAY });
  const last = open();
  expect([await last.get('reply'), await last.get('later'), await last.get('dialog')]).toEqual([
    'whole',
    'too',
    null,
  ]);
  expect(warnings).toHaveLength(1);
});

test('the journal is for its owner only, and stays short however often a key changes', async () => {
  const keyValue = open();
  for (let i = 0; i < 5000; i++) await keyValue.set('dialog', `step ${i}`, { ttlMs: DAY });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readFileSync(file, 'utf8').split('\n').length).toBeLessThan(1100);
  await keyValue.close();
  expect(readFileSync(file, 'utf8').split('\n').length).toBe(2);
  expect(await open().get('dialog')).toBe('step 4999');
});

test('nobody who has the file reads a code in it, and another data key finds nothing', async () => {
  await open().set('reply:o_sim_xiaoman', '券码 8K2M-4QXZ', { ttlMs: DAY });
  const text = readFileSync(file, 'utf8');
  expect(text).not.toMatch(/8K2M|xiaoman|reply/);
  useDataKey(Buffer.alloc(32, 8));
  expect(await open().get('reply:o_sim_xiaoman')).toBeNull();
  expect(warnings).toEqual([{ torn: 1 }]);
});

test('100,000 different keys that live a day leave the newest and what is in use', async () => {
  const keyValue = open(null);
  await keyValue.set('token', 'in use', { ttlMs: DAY });
  for (let i = 0; i < 100_000; i++) {
    await keyValue.set(`reply:${i}`, 'x'.repeat(100), { ttlMs: DAY });
    if (i % 5000 === 0) await keyValue.get('token');
  }
  let left = 0;
  for (let i = 0; i < 100_000; i++) if (await keyValue.get(`reply:${i}`)) left += 1;
  expect(left).toBeGreaterThan(17_000);
  expect(left).toBeLessThanOrEqual(20_000);
  expect(await keyValue.get('reply:99999')).not.toBeNull();
  expect(await keyValue.get('token')).toBe('in use');
});

test('what has expired makes room before anything that lives', async () => {
  const keyValue = open(null);
  await keyValue.set('dialog', 'oldest, alive', { ttlMs: DAY });
  for (let i = 0; i < 15_000; i++) await keyValue.set(`short:${i}`, 'x', { ttlMs: 1000 });
  waitFor(1000);
  for (let i = 0; i < 6000; i++) await keyValue.set(`long:${i}`, 'x', { ttlMs: DAY });
  expect(await keyValue.get('dialog')).toBe('oldest, alive');
});

test('few but long values are bounded too', async () => {
  const keyValue = open(null);
  const long = 'x'.repeat(100_000);
  for (let i = 0; i < 200; i++) await keyValue.set(`reply:${i}`, long, { ttlMs: DAY });
  let left = 0;
  for (let i = 0; i < 200; i++) if (await keyValue.get(`reply:${i}`)) left += 1;
  expect(left).toBeLessThanOrEqual(80);
  expect(left).toBeGreaterThan(60);
});

import { beforeAll, beforeEach, expect, test } from 'vitest';
import { at } from '../../tests/support/context.ts';
import { useDataKey } from '../platform/data-key.ts';
import type { KeyValue } from '../platform/key-value.ts';
import { localKeyValue } from '../platform/local-key-value.ts';
import { closeWindow, openWindow, takeFromWindow } from './contact-windows.ts';

const OPEN_ID = 'o_1';
let now = new Date('2026-11-21T10:00:00+08:00');
let keyValue: KeyValue;

beforeAll(() => useDataKey(Buffer.alloc(32, 7)));
beforeEach(() => {
  now = new Date('2026-11-21T10:00:00+08:00');
  keyValue = localKeyValue({ file: null, clock: () => now, log: at('2026-11-21').log });
});

const take = () => takeFromWindow(at(now.toISOString()), keyValue, OPEN_ID);
const open = (by: 'message' | 'tap') => openWindow(keyValue, { openId: OPEN_ID, by, at: now });
async function takeAll(): Promise<number> {
  for (let taken = 0; ; taken++) if (!(await take())) return taken;
}

test('without a contact there is no window', async () => {
  expect(await take()).toBe(false);
});

test.each([
  ['message', 5, 48 * 3600],
  ['tap', 3, 60],
] as const)('a %s is worth %i messages', async (by, messages, seconds) => {
  await open(by);
  expect(await takeAll()).toBe(messages);
  await open(by);
  now = new Date(now.getTime() + (seconds - 6) * 1000);
  expect(await take()).toBe(true);
  now = new Date(now.getTime() + 2000);
  expect(await take()).toBe(false);
});

test('the newest contact counts, also when it is worth less', async () => {
  await open('message');
  await open('tap');
  expect(await takeAll()).toBe(3);
});

test('a window that the platform calls closed is closed', async () => {
  await open('message');
  await closeWindow(keyValue, OPEN_ID);
  expect(await take()).toBe(false);
});

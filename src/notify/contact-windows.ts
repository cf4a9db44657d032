import { z } from 'zod';
import type { Context } from '../kernel/context.ts';
import { keyedHash } from '../platform/data-key.ts';
import type { KeyValue } from '../platform/key-value.ts';

/** What a follower did that lets us write back: sent a message, or followed, scanned, tapped a menu. */
export interface Contact {
  readonly openId: string;
  readonly by: 'message' | 'tap';
  readonly at: Date;
}

/** The platform's windows: reference 5.5. */
const WINDOWS = {
  message: { lifeMs: 48 * 3_600_000, messages: 5 },
  tap: { lifeMs: 60_000, messages: 3 },
} as const;
/** A message that is under way when the window closes is refused. */
const MARGIN_MS = 5000;

const opened = z.object({ endsAtMs: z.number(), left: z.number() });
type Opened = z.infer<typeof opened>;
/** Of which store: the windows may be lost, then none is open. */
type Store = Pick<KeyValue, 'get' | 'set' | 'delete'>;

/**
 * Opens the window that a contact gives. How two windows combine is not documented, so the newest
 * replaces what was there. One write, and nobody has to wait for it.
 */
export async function openWindow(keyValue: Store, { openId, by, at }: Contact): Promise<void> {
  const { lifeMs, messages } = WINDOWS[by];
  const window: Opened = { endsAtMs: at.getTime() + lifeMs, left: messages };
  await keyValue.set(keyOf(openId), JSON.stringify(window), { ttlMs: lifeMs });
}

/**
 * Takes one message out of the window of a follower, before it is sent: what may not have gone out
 * counts as well. False when no window is open or nothing is left of it.
 */
export async function takeFromWindow(
  ctx: Context,
  keyValue: Store,
  openId: string,
): Promise<boolean> {
  const text = await keyValue.get(keyOf(openId));
  const found = opened.safeParse(text === null ? null : JSON.parse(text));
  if (!found.success || found.data.left <= 0) return false;
  const { endsAtMs, left } = found.data;
  const leftMs = endsAtMs - ctx.now.getTime();
  if (leftMs <= MARGIN_MS) return false;
  await keyValue.set(keyOf(openId), JSON.stringify({ endsAtMs, left: left - 1 }), {
    ttlMs: leftMs,
  });
  return true;
}

/** The platform says that there is none: it knows better. */
export async function closeWindow(keyValue: Store, openId: string): Promise<void> {
  await keyValue.delete(keyOf(openId));
}

function keyOf(openId: string): string {
  return `window:${keyedHash(openId)}`;
}

import { z } from 'zod';
import { keyedHash } from '../platform/data-key.ts';
import type { Store } from './patient-key-value.ts';

const KEPT_MS = 7 * 24 * 3_600_000;
const LINES_MAX = 5;

const line = z.object({
  /** Of the notice that it tells; null for a result that came too late. */
  id: z.string().nullable(),
  text: z.string(),
  /** Milliseconds; it is told no later. */
  untilMs: z.number(),
});
const kept = z.array(line);
/** What waits for a follower's next message. */
export type PendingLine = Readonly<z.output<typeof line>>;

/** The lines that wait for a follower, oldest first. They may be lost; what is a fact is elsewhere. */
export interface PendingLines {
  /** Adds a line; one with the same id is replaced. `full`: too many are waiting. */
  put(openId: string, line: PendingLine): Promise<'kept' | 'full'>;
  find(openId: string): Promise<readonly PendingLine[]>;
  /** Keeps these and no others. */
  keep(openId: string, lines: readonly PendingLine[]): Promise<void>;
}

export function pendingLines(store: Store): PendingLines {
  const find = async (openId: string) => linesOf(await store.get(keyOf(openId)));
  const keep = async (openId: string, lines: readonly PendingLine[]) => {
    if (lines.length === 0) await store.delete(keyOf(openId));
    else await store.set(keyOf(openId), JSON.stringify(lines), { ttlMs: KEPT_MS });
  };
  return {
    find,
    keep,
    async put(openId, added) {
      const others = (await find(openId)).filter(({ id }) => id === null || id !== added.id);
      if (others.length >= LINES_MAX) return 'full';
      await keep(openId, [...others, added]);
      return 'kept';
    },
  };
}

/** An older release kept one result as it was. */
function linesOf(text: string | null): readonly PendingLine[] {
  if (text === null) return [];
  if (!text.startsWith('[{')) return [{ id: null, text, untilMs: Number.MAX_SAFE_INTEGER }];
  const read = kept.safeParse(JSON.parse(text));
  return read.success ? read.data : [];
}

function keyOf(openId: string): string {
  return `pending:${keyedHash(openId)}`;
}

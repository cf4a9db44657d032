import type { Context } from '../kernel/context.ts';
import type { Reply } from '../wechat/index.ts';
import type { Listeners } from './listeners.ts';
import type { PendingLine, PendingLines } from './pending-lines.ts';
import type { Turn } from './turn.ts';

/** What an answer holds: the platform cuts it at 2,048 bytes (reference 3.1). */
export const REPLY_BYTES = 2000;

export interface Telling extends Pick<Listeners, 'onTelling'> {
  readonly pending: PendingLines;
  /** What was found waiting. */
  readonly lines: readonly PendingLine[];
}

/**
 * The reply with what waited for this follower under it: late results and notices, as many as there is
 * room for; the first one always. The rest waits on, and so does all of it under a reply that is no
 * text.
 */
export async function withPending(turn: Turn, reply: Reply, telling: Telling): Promise<Reply> {
  const { lines, pending } = telling;
  if (lines.length === 0 || (reply.type !== 'text' && reply.type !== 'none')) return reply;
  const { ctx, message } = turn;
  const live = lines.filter(({ untilMs }) => untilMs > ctx.now.getTime());
  const said = reply.type === 'text' ? [reply.text] : [];
  const { fitting, rest } = fit(live, Buffer.byteLength(said.join('\n')));
  const told = await allowed(ctx, fitting, telling);
  await pending.keep(message.openId, told ? rest : live);
  const texts = [...said, ...wordsOf(turn, told ?? [])];
  return texts.length === 0 ? reply : { type: 'text', text: texts.join('\n') };
}

function fit(lines: readonly PendingLine[], taken: number) {
  let bytes = taken;
  const count = lines.findIndex(({ text }, index) => {
    bytes += Buffer.byteLength(text) + 1;
    return index > 0 && bytes > REPLY_BYTES;
  });
  const end = count < 0 ? lines.length : count;
  return { fitting: lines.slice(0, end), rest: lines.slice(end) };
}

/** Late results, and those notices that may still be told; null when nobody can say which. */
async function allowed(
  ctx: Context,
  lines: readonly PendingLine[],
  { onTelling }: Telling,
): Promise<readonly PendingLine[] | null> {
  const ids = lines.flatMap(({ id }) => id ?? []);
  if (ids.length === 0) return lines;
  try {
    const told = await onTelling(ctx, ids);
    return lines.filter(({ id }) => id === null || told.has(id));
  } catch (error) {
    ctx.log.warn({ err: error }, 'notices not told');
    return null;
  }
}

function wordsOf({ words }: Turn, told: readonly PendingLine[]): readonly string[] {
  const results = told.filter(({ id }) => id === null).map(({ text }) => text);
  const notices = told.filter(({ id }) => id !== null).map(({ text }) => text);
  const late = results.length > 0 ? [words('pending.result', { result: results.join('\n') })] : [];
  return [...late, ...notices];
}

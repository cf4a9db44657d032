import type { Reply } from '../wechat/index.ts';
import type { Listeners } from './listeners.ts';
import { REPLY_BYTES } from './tell-pending.ts';
import type { Turn } from './turn.ts';

/** No line is longer: 200 characters of Chinese. */
const LINE_BYTES = 600;

/**
 * The reply with the line of a broadcast under it that waits for this member, if there is one. Nobody
 * gets less of an answer for it: it waits on where there is no room, and its failure is only logged.
 */
export async function withContactLine(
  { ctx, member }: Turn,
  reply: Reply,
  { contactLine }: Pick<Listeners, 'contactLine'>,
): Promise<Reply> {
  if (!contactLine || reply.type !== 'text') return reply;
  const roomBytes = REPLY_BYTES - Buffer.byteLength(reply.text);
  try {
    const line = roomBytes > LINE_BYTES ? await contactLine(ctx, member) : null;
    return line === null ? reply : { ...reply, text: `${reply.text}\n${line}` };
  } catch (error) {
    ctx.log.warn({ err: error }, 'line of a broadcast not told');
    return reply;
  }
}

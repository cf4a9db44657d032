import type { Platform } from '../platform.ts';

/** The same number to the same person is one message for so long (reference 5.3). */
const ONCE_MS = 600_000;

/** What tells a repetition of a message; nothing is one without a number. */
export interface Numbered {
  readonly touser: string;
  readonly client_msg_id?: string | undefined;
}

/** The message that went out under this number lately, or null. */
export function sentBefore({ world }: Platform, way: string, message: Numbered): number | null {
  const before = world.clientIds.get(keyOf(way, message));
  const isRecent = before && before.at + ONCE_MS > world.clock.now().getTime();
  return isRecent ? before.msgid : null;
}

/** Keeps the number for a while; what is older is forgotten. */
export function rememberSent(
  { world }: Platform,
  way: string,
  message: Numbered & { readonly msgid: number },
): void {
  if (message.client_msg_id === undefined) return;
  const at = world.clock.now().getTime();
  world.clientIds.delete(keyOf(way, message));
  world.clientIds.set(keyOf(way, message), { msgid: message.msgid, at });
  for (const [key, id] of world.clientIds) {
    if (id.at + ONCE_MS > at) break; // those behind it are younger
    world.clientIds.delete(key);
  }
}

function keyOf(way: string, { touser, client_msg_id }: Numbered): string {
  return `${way} ${touser} ${client_msg_id}`;
}

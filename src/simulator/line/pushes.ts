import type { Scanned } from '../account/codes.ts';
import type { World } from '../world/world.ts';
import { type Push, secondsOf } from './push.ts';
import type { Field } from './xml.ts';

const SENT_KEPT = 500;

interface Text {
  readonly openId: string;
  readonly text: string;
  readonly msgId?: string | undefined;
  readonly menuId?: string | undefined;
}

/** A text as a push of its own; kept, so that it can be delivered again as it was. */
export function textPush(world: World, { openId, text, msgId, menuId }: Text): Push {
  const id = msgId ?? nextMsgId(world);
  const tapped: Field[] = menuId === undefined ? [] : [['bizmsgmenuid', menuId]];
  const fields: Field[] = [['MsgType', 'text'], ['Content', text], ...tapped];
  const createTime = secondsOf(world.clock.now());
  const push = { openId, msgId: id, createTime, fields };
  world.sent.set(id, push);
  const [oldest] = world.sent.keys();
  if (world.sent.size > SENT_KEPT && oldest !== undefined) world.sent.delete(oldest);
  return push;
}

interface Event {
  readonly openId: string;
  readonly event: string;
  readonly fields: readonly Field[];
}

/** An event (reference 2.3). */
export function eventPush({ clock }: World, { openId, event, fields }: Event): Push {
  return {
    openId,
    msgId: null,
    createTime: secondsOf(clock.now()),
    fields: [['MsgType', 'event'], ['Event', event], ...fields],
  };
}

/** A scanned code: with the prefix `qrscene_` where the scan made somebody follow. */
export function sceneFields({ scene, ticket }: Scanned, prefix: '' | 'qrscene_' = ''): Field[] {
  return [
    ['EventKey', `${prefix}${scene}`],
    ['Ticket', ticket],
  ];
}

/** Past 2^53 and rising, also when the clock is turned back. */
function nextMsgId({ state, clock }: World): string {
  const byClock = BigInt(clock.now().getTime()) * 10_000n;
  const following = BigInt(state.lastMsgId) + 1n;
  state.lastMsgId = String(byClock > following ? byClock : following);
  return state.lastMsgId;
}

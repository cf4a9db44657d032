import { addDays } from '../kernel/business-day.ts';
import * as ledger from '../loyalty/ledger/index.ts';
import * as settings from '../loyalty/settings/index.ts';
import type { Reply } from '../wechat/index.ts';
import { offerCommands } from './dialogs/menu.dialog.ts';
import type { Turn } from './turn.ts';
import type { Intent } from './understand/index.ts';

/** The commands that `welcome.new` offers, in its order. */
const OFFERED: readonly Intent[] = ['checkin', 'redeem', 'tasks'];

/** What a follow, a return, or a scanned code was to the membership. */
export interface Arrival {
  readonly occasion: 'new' | 'back' | 'known';
  readonly scene: string | null;
}

/** Greets who begins to follow, comes back, or scans a code of ours. */
export async function welcome(turn: Turn, { occasion, scene }: Arrival): Promise<Reply> {
  switch (occasion) {
    case 'new':
      return welcomeNew(turn, scene);
    case 'back':
      return welcomeBack(turn);
    case 'known': {
      const { available: balance } = await ledger.balanceOf(turn.ctx, turn.member._id);
      return turn.say('scan.known', { balance });
    }
  }
}

async function welcomeNew(turn: Turn, scene: string | null): Promise<Reply> {
  const { name: programme, stores } = await settings.read(turn.ctx, 'programme');
  const store = stores.find((one) => one.scene === scene)?.name;
  if (store) {
    return turn.say('welcome.store', { programme, store, memberNo: turn.member.memberNo });
  }
  offerCommands(turn, OFFERED);
  return turn.say('welcome.new', { programme, url: turn.links.privacy() });
}

async function welcomeBack({ ctx, member, links, say }: Turn): Promise<Reply> {
  const url = links.address(member._id, ctx.now);
  const [{ available: balance }, [soonest]] = await Promise.all([
    ledger.balanceOf(ctx, member._id),
    ledger.expiringOf(ctx, member._id, '9999-12-31'),
  ]);
  if (balance === 0 || !soonest) return say('welcome.back.zero', { url });
  return say('welcome.back', { balance, lastDay: addDays(soonest.expiresOn, -1), url });
}

import { addDays, NEVER } from '../kernel/business-day.ts';
import * as ledger from '../loyalty/ledger/index.ts';
import * as members from '../loyalty/members/index.ts';
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
  const store = stores.find((one) => one.scene === scene)?.name ?? (await storeOf(turn, scene));
  if (store) {
    return turn.say('welcome.store', { programme, store, memberNo: turn.member.memberNo });
  }
  offerCommands(turn, OFFERED);
  return turn.say('welcome.new', { programme, url: turn.links.privacy() });
}

/** A code that was made for a store, by its name. */
async function storeOf({ ctx }: Turn, scene: string | null): Promise<string | null> {
  return scene?.startsWith('store:') ? members.codeNameOf(ctx, scene) : null;
}

async function welcomeBack({ ctx, member, links, say }: Turn): Promise<Reply> {
  const url = links.address(member._id, ctx.now);
  const [{ available: balance }, [soonest]] = await Promise.all([
    ledger.balanceOf(ctx, member._id),
    ledger.expiringOf(ctx, member._id, addDays(NEVER, -1)),
  ]);
  if (balance === 0) return say('welcome.back.zero', { url });
  if (!soonest) return say('welcome.back.open', { balance, url });
  return say('welcome.back', { balance, lastDay: addDays(soonest.expiresOn, -1), url });
}

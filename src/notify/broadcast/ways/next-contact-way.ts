import { DAY_MS } from '../../../kernel/business-day.ts';
import type { BroadcastId } from '../broadcast.model.ts';
import { ContactLineModel } from '../contact-line.model.ts';
import type { PlanOf } from '../plan.ts';
import type { Way } from './way.ts';

const BATCH = 500;

/** Lines that are laid ready for whoever writes next; said once, under the answer they get then. */
export function nextContactWay(
  { content: { text, days } }: PlanOf<'next-contact'>,
  broadcastId: BroadcastId,
): Way {
  return {
    unit: 'batch',
    sizeMin: 1,
    sizeMax: BATCH,
    // Laid twice is laid once, whenever that is.
    knownForMs: Number.POSITIVE_INFINITY,
    isPush: false,
    async send(ctx, { people }) {
      const until = new Date(ctx.now.getTime() + days * DAY_MS);
      const writes = people.map(({ _id: memberId }) => ({
        updateOne: {
          filter: { _id: `${broadcastId}.${memberId}` },
          update: { $setOnInsert: { broadcastId, memberId, text, until, saidAt: null } },
          upsert: true,
        },
      }));
      await ContactLineModel.bulkWrite(writes, { ordered: false });
      return { outcome: 'sent', msgId: null };
    },
  };
}

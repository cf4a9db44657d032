import { businessDayOf } from '../../../kernel/business-day.ts';
import type { MassJob } from '../../account/belongings.ts';
import { oneMore } from '../../account/monthly.ts';
import { deliverPush } from '../../line/deliver-push.ts';
import { eventPush } from '../../line/pushes.ts';
import type { Platform } from '../../platform.ts';
import type { Follower } from '../../world/follower.ts';
import type { Content } from './mass-content.ts';

const EACH_A_MONTH = 4;
/** Who tells about mass messages is nobody who follows. */
const HELPER = 'mphelper';

interface Mass {
  readonly job: MassJob;
  readonly content: Content;
  readonly audience: readonly Follower[];
  readonly unknown: number;
}

/**
 * Shows the message to everybody who may still get one this month;
 * the counts follow as an event (reference 2.4).
 */
export async function deliverMass(platform: Platform, mass: Mass): Promise<void> {
  const { job, content, audience, unknown } = mass;
  const { world, transcript } = platform;
  const today = businessDayOf(world.clock.now());
  let sent = 0;
  for (const follower of audience) {
    const once = follower.isBlocked ? null : oneMore(follower.mass, today, EACH_A_MONTH);
    if (!once) continue;
    follower.mass = once;
    sent += 1;
    transcript.add(follower.openId, { from: 'account', via: 'mass', text: content.text });
  }
  if (content.draft) await platform.media.remove(content.draft);
  job.status = 'SEND_SUCCESS';
  const fields = [
    ['MsgID', job.id],
    ['Status', 'send success'],
    ['TotalCount', audience.length + unknown],
    ['FilterCount', sent],
    ['SentCount', sent],
    ['ErrorCount', 0],
  ] as const;
  const event = { openId: HELPER, event: 'MASSSENDJOBFINISH', fields };
  platform.soon(() => deliverPush(platform, eventPush(world, event)));
}

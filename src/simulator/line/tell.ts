import type { Platform } from '../platform.ts';
import { findFollower } from '../world/people.ts';
import type { Via } from '../world/transcript.ts';
import { type Attempt, attemptPush, deliverPush } from './deliver-push.ts';
import type { Push } from './push.ts';

/** What became of something that a follower did (guide 10.6). */
export interface Told {
  readonly openId: string;
  /** Null for events, which have none. */
  readonly msgId: string | null;
  readonly at: Date;
  /**
   * What the follower sees: an answer, WeChat's own line with type `failure`, or null when nothing is
   * shown. Texts may hold `<a href="weixin://bizmsgmenu?…">` tags.
   */
  readonly reply: { readonly type: string; readonly text: string } | null;
  /** Each try; `status` is 0 when no answer came, `text` what was answered in that try. */
  readonly deliveries: readonly {
    readonly attempt: number;
    readonly status: number;
    readonly ms: number;
    readonly text: string | null;
  }[];
}

/** How something that a follower did looks on the phone. */
export interface Shown {
  readonly text: string;
  readonly via: Via;
  /** Whether the phone shows WeChat's own line when the service fails (reference 3.2). */
  readonly failureShows: boolean;
  /** How many more times the push is delivered after its answer. */
  readonly repeat?: number;
}

/** Puts an act on the phone, tells the service, and puts its answer there. */
export async function tell(platform: Platform, push: Push, shown: Shown): Promise<Told> {
  const { openId, msgId } = push;
  const { transcript, world } = platform;
  const at = world.clock.now();
  transcript.add(openId, { from: 'follower', via: shown.via, text: shown.text });
  // First into the file: a number that was sent is never given to another message.
  await world.save();
  const attempts = await deliverPush(platform, push);
  const reply = seen(platform, attempts, shown);
  if (reply && isFollowing(platform, openId)) {
    const via = reply.type === 'failure' ? 'failure' : 'reply';
    transcript.add(openId, { from: 'account', via, text: reply.text });
  }
  for (let more = shown.repeat ?? 0; more > 0; more -= 1) {
    attempts.push(await attemptPush(platform, push, attempts.length + 1));
  }
  return { openId, msgId, at, reply, deliveries: attempts.map(deliveryOf) };
}

function seen({ words }: Platform, attempts: readonly Attempt[], { failureShows }: Shown) {
  const last = attempts.at(-1);
  if (!last?.problem) return last?.heard ?? null;
  return failureShows ? { type: 'failure', text: words('simulator.phone.failed') } : null;
}

function isFollowing({ world }: Platform, openId: string): boolean {
  return findFollower(world, openId)?.standing === 'following';
}

function deliveryOf({ attempt, status, ms, heard }: Attempt): Told['deliveries'][number] {
  return { attempt, status, ms, text: heard?.text ?? null };
}

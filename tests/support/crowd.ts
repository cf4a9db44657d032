import type { MemberId } from '../../src/kernel/ids.ts';
import { type Member, MemberModel } from '../../src/loyalty/members/member.model.ts';
import { type Subscription, SubscriptionModel } from '../../src/notify/subscription.model.ts';

const AT_ONCE = 5000;
const LONG_AGO = new Date('2026-01-01T00:00:00Z');

/** A member of a crowd, who follows, wants notices and has agreed to one of `S1`, unless said. */
export interface Face {
  readonly status?: Member['status'];
  readonly notices?: Member['notices'];
  readonly consents?: number;
  /** Needed only where what such a follower sends is to find them. */
  readonly openIdHash?: string;
}

/** Members as they are after enrolling long ago, many at once. Gives their open ids. */
export async function crowd(
  count: number,
  face: (n: number) => Face = () => ({}),
): Promise<readonly string[]> {
  const openIds: string[] = [];
  for (let from = 0; from < count; from += AT_ONCE) {
    const numbers = Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, i) => from + i);
    await MemberModel.collection.insertMany(numbers.map((n) => memberOf(n, face(n))) as never[], {
      ordered: false,
    });
    const agreed = numbers.filter((n) => (face(n).consents ?? 1) > 0);
    await SubscriptionModel.collection.insertMany(
      agreed.map((n) => consentOf(n, face(n).consents ?? 1)) as never[],
      { ordered: false },
    );
    openIds.push(...numbers.map(openIdOf));
  }
  return openIds;
}

export function openIdOf(n: number): string {
  return `o_crowd_${n}`;
}

export function memberIdOf(n: number): MemberId {
  return `mem_01jq8zt4e5${String(n).padStart(16, '0')}`;
}

export function memberNoOf(n: number): string {
  return `M${String(n).padStart(6, '0')}`;
}

function memberOf(n: number, face: Face): Member {
  const { status = 'following', notices = 'on', openIdHash = `hash-${n}` } = face;
  return {
    _id: memberIdOf(n),
    schemaVersion: 2,
    memberNo: memberNoOf(n),
    openId: status === 'left' ? null : openIdOf(n),
    openIdHash,
    status,
    source: null,
    enrolledAt: LONG_AGO,
    followedAt: LONG_AGO,
    leftAt: status === 'left' ? LONG_AGO : null,
    arrival: { occasion: 'new', cause: 'crowd' },
    language: 'zh-CN',
    notices,
    noticesChosenAt: null,
    address: null,
    privacyNotice: { version: '2026-01', shownAt: LONG_AGO },
  };
}

function consentOf(n: number, left: number): Subscription {
  const memberId = memberIdOf(n);
  const templateId = 'S1';
  return {
    _id: `${memberId}:${templateId}`,
    memberId,
    templateId,
    left,
    changedAt: LONG_AGO,
    causes: [],
  };
}

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Asked, useNoticeDesk } from '../../tests/support/notice-desk.ts';
import { addDays, type BusinessDay, businessDayOf, clockTimeOf } from '../kernel/business-day.ts';
import { newId } from '../kernel/ids.ts';
import * as members from '../loyalty/members/index.ts';
import * as settings from '../loyalty/settings/index.ts';
import {
  keepSubscriptions,
  openWindow,
  remindOfCheckIn,
  sendNotices,
  tellParked,
} from './index.ts';
import { NoticeModel } from './notice.model.ts';
import { takePushes } from './push-caps.ts';

const desk = useNoticeDesk();

/** What can happen to a member, and how often: of a hundred. */
const FACTS = fc.oneof(
  { weight: 30, arbitrary: fc.constant('nothing' as const) },
  { weight: 20, arbitrary: fc.constant('points' as const) },
  { weight: 10, arbitrary: fc.constant('short-lived points' as const) },
  { weight: 8, arbitrary: fc.constant('parcel' as const) },
  { weight: 8, arbitrary: fc.constant('reminder' as const) },
  { weight: 8, arbitrary: fc.constant('message' as const) },
  { weight: 6, arbitrary: fc.constant('broadcast' as const) },
  { weight: 5, arbitrary: fc.constant('agreement' as const) },
  { weight: 2, arbitrary: fc.constant('off' as const) },
  { weight: 2, arbitrary: fc.constant('on' as const) },
  { weight: 1, arbitrary: fc.constant('unfollow' as const) },
  { weight: 2, arbitrary: fc.constant('follow' as const) },
);
type Fact =
  | 'nothing'
  | 'points'
  | 'short-lived points'
  | 'parcel'
  | 'reminder'
  | 'message'
  | 'broadcast'
  | 'agreement'
  | 'off'
  | 'on'
  | 'unfollow'
  | 'follow';

const QUIET = fc.constantFrom(
  { start: '22:00', end: '08:00' },
  { start: '20:30', end: '10:00' },
  { start: '00:00', end: '06:00' },
  { start: '12:00', end: '14:00' },
);
const TIMES = ['06:30', '09:00', '12:30', '19:00', '23:10'];
const DAYS = 365;

interface Push {
  readonly kind: string;
  readonly day: BusinessDay;
}

/** The life of one member, and what must hold at every message that reaches them. */
class Life {
  readonly pushes: Push[] = [];
  readonly problems: string[] = [];
  private readonly openId: string;
  private readonly memberId: members.Member['_id'];
  private readonly quiet: { readonly start: string; readonly end: string };
  private isFollowing = true;
  private isOff = false;

  constructor(member: members.Member, quiet: Life['quiet']) {
    this.openId = member.openId ?? '';
    this.memberId = member._id;
    this.quiet = quiet;
  }

  async happens(fact: Fact): Promise<void> {
    const ctx = desk.ctx({ cause: newId('usr', desk.now) });
    const { openId, memberId } = this;
    switch (fact) {
      case 'points':
        return desk.credit(memberId, { points: 10, expiresOn: '2028-06-01' });
      case 'short-lived points': {
        return desk.credit(memberId, { points: 5, expiresOn: addDays(ctx.today, 12) });
      }
      case 'parcel':
        if (this.isFollowing) await desk.parcelOf(memberId);
        return;
      case 'reminder':
        if (!this.isOff && this.isFollowing) await remindOfCheckIn(ctx, memberId);
        return;
      case 'message':
        if (this.isFollowing) await this.writes();
        return;
      case 'broadcast': {
        const isOpen = this.isFollowing && !this.isOff;
        const may = isOpen && (await takePushes(ctx, [memberId], ctx.cause)).has(memberId);
        if (may) this.pushes.push({ kind: 'broadcast', day: ctx.today });
        return;
      }
      case 'agreement': {
        const answers = [{ templateId: 'SUB_CHECKIN', choice: 'accept' } as const];
        return keepSubscriptions(ctx, { openId, answers });
      }
      case 'off':
      case 'on':
        this.isOff = fact === 'off';
        return members.switchNotices(ctx, memberId, fact);
      case 'unfollow':
        this.isFollowing = false;
        return members.leave(ctx, { openId, at: ctx.now });
      case 'follow':
        this.isFollowing = true;
        await members.enrol(ctx, { openId, at: ctx.now, by: 'subscribe' });
        return openWindow(desk.keyValue, { openId, by: 'tap', at: ctx.now });
      default:
    }
  }

  /** They are told what waits for them: an answer, and no push. */
  private async writes(): Promise<void> {
    await openWindow(desk.keyValue, { openId: this.openId, by: 'message', at: desk.now });
    const parked = await NoticeModel.find({ memberId: this.memberId, status: 'parked' }).lean();
    const told = await tellParked(
      desk.ctx(),
      parked.map(({ _id }) => _id),
    );
    for (const id of told) if (this.isOff) expect(id).toMatch(/^order-/);
  }

  hears(asked: Asked): void {
    const kind = kindOf(asked);
    const { hour, minute } = clockTimeOf(desk.now);
    const time = `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
    // Thrown here it would be an error of the line: it is kept.
    if (!this.isFollowing) this.problems.push(`${kind} after an unfollow`);
    if (this.isOff && kind !== 'order') this.problems.push(`${kind} after 退订`);
    if (isWithin(time, this.quiet)) this.problems.push(`${kind} at ${time}`);
    this.pushes.push({ kind, day: businessDayOf(desk.now) });
  }
}

function kindOf({ templateId, text = '' }: Asked): string {
  const named = new Map([
    ['TPL_CHANGED', 'changed'],
    ['TPL_SHIPPED', 'order'],
    ['SUB_SHIPPED', 'order'],
    ['TPL_EXPIRING', 'expiring'],
    ['SUB_CHECKIN', 'reminder'],
  ]).get(templateId ?? '');
  if (named) return named;
  return text.startsWith('你要的签到提醒') ? 'reminder' : 'other';
}

function isWithin(time: string, { start, end }: { start: string; end: string }): boolean {
  return start < end ? time >= start && time < end : time >= start || time < end;
}

function expectCaps(pushes: readonly Push[]): void {
  const days = new Set(pushes.map(({ day }) => day));
  for (const day of days) {
    const that = pushes.filter((push) => push.day === day);
    const facts = that.filter(({ kind }) => kind === 'changed' || kind === 'order');
    expect(facts.length, `facts on ${day}`).toBeLessThanOrEqual(5);
    expect(that.length - facts.length, `pushes on ${day}`).toBeLessThanOrEqual(1);
  }
  const counted = pushes.filter(({ kind }) => kind !== 'changed' && kind !== 'order');
  for (const month of new Set(counted.map(({ day }) => day.slice(0, 7)))) {
    const those = counted.filter(({ day }) => day.startsWith(month));
    expect(those.length, `pushes in ${month}`).toBeLessThanOrEqual(4);
  }
  const expiring = pushes.filter(({ kind }) => kind === 'expiring').map(({ day }) => day);
  for (const [index, day] of expiring.entries()) {
    const next = expiring[index + 1];
    if (next) expect(next >= addDays(day, 30), `${day} and ${next}`).toBe(true);
  }
}

test('a year of everything keeps the limits, the quiet hours, 退订 and the unfollow', async () => {
  const year = fc.array(fc.array(FACTS, { minLength: 0, maxLength: 3 }), {
    minLength: DAYS,
    maxLength: DAYS,
  });
  const kinds = new Set<string>();
  const property = fc.asyncProperty(year, QUIET, async (facts, quiet) => {
    desk.now = new Date('2026-11-21T06:00:00+08:00');
    desk.forgetAll();
    await settings.change(desk.ctx(), 'quiet', quiet);
    const life = new Life(await desk.follower(), quiet);
    desk.onAsked = (asked) => life.hears(asked);
    const sender = desk.sender();
    for (let day = 0; day < DAYS; day++) {
      const date = addDays('2026-11-22', day);
      for (const [slot, time] of TIMES.entries()) {
        desk.now = new Date(`${date}T${time}:00+08:00`);
        const fact = facts[day]?.[(slot + day) % TIMES.length];
        if (fact) await life.happens(fact);
        await sendNotices(desk.ctx(), sender);
      }
    }
    expect(life.problems).toEqual([]);
    expectCaps(life.pushes);
    for (const { kind } of life.pushes) kinds.add(kind);
    await NoticeModel.deleteMany({});
  });
  await fc.assert(property, { numRuns: 1, endOnFailure: true });
  expect([...kinds].toSorted()).toEqual(['broadcast', 'changed', 'expiring', 'order', 'reminder']);
}, 180_000);

import { addDays } from '../kernel/business-day.ts';
import type { Context } from '../kernel/context.ts';
import type { MemberId } from '../kernel/ids.ts';
import * as settings from '../loyalty/settings/index.ts';
import { outsideQuietHours, timeOn } from './quiet-hours.ts';
import { keepNew, waiting } from './see-entries.ts';

/**
 * Sets the reminder of tomorrow's check-in that a member asked for, once. Asked again it is the same
 * one. Whether it is still of use is decided when it is due.
 * @returns when it is due
 */
export async function remindOfCheckIn(ctx: Context, memberId: MemberId): Promise<Date> {
  const day = addDays(ctx.today, 1);
  const { reminder } = await settings.read(ctx, 'notices');
  const quiet = await settings.read(ctx, 'quiet');
  const dueAt = outsideQuietHours(timeOn(day, reminder.at), quiet);
  const _id = `checkin-reminder:${memberId}:${day}`;
  await keepNew([waiting({ _id, kind: 'checkin-reminder', memberId, about: day, dueAt })]);
  return dueAt;
}

import { z } from 'zod';
import { idNumber, idText } from './answers.ts';
import type { Caller } from './caller.ts';
import { requireValid } from './require-valid.ts';

const INVALID = 'DESK_RECORDS_INVALID';
const SPAN_MS = 24 * 3_600_000;
const PAGE = 10_000;
const FIRST_ID = '1';

/** One line of a talk at the desk. */
export interface DeskRecord {
  readonly openId: string;
  /** Who of the desk took part, `name@account`. */
  readonly account: string;
  readonly from: 'desk' | 'follower' | 'platform';
  readonly text: string;
  readonly at: Date;
}

/** What was said at the desk (reference 5.5). */
export interface DeskRecords {
  /**
   * Page by page, in the platform's order. @throws DomainError DESK_RECORDS_INVALID for more than 24
   * hours
   */
  between(from: Date, until: Date): AsyncGenerator<readonly DeskRecord[]>;
}

const FROM = new Map<number, DeskRecord['from']>([
  [2002, 'desk'],
  [2003, 'follower'],
]);
const page = z.object({
  recordlist: z.array(
    z
      .object({
        openid: z.string(),
        worker: z.string(),
        opercode: z.number(),
        text: z.string(),
        time: z.number(),
      })
      .transform(
        (given): DeskRecord => ({
          openId: given.openid,
          account: given.worker,
          from: FROM.get(given.opercode) ?? 'platform',
          text: given.text,
          at: new Date(given.time * 1000),
        }),
      ),
  ),
  number: z.number(),
  msgid: idText,
});

export function deskRecords(caller: Caller): DeskRecords {
  return {
    async *between(from, until) {
      const span = until.getTime() - from.getTime();
      requireValid(span > 0 && span <= SPAN_MS, INVALID, 'records of at most 24 hours');
      const times = { starttime: secondsOf(from), endtime: secondsOf(until) };
      for (let msgId = FIRST_ID; ; ) {
        const json = { ...times, msgid: idNumber(msgId), number: PAGE };
        const path = 'customservice/msgrecord/getmsglist';
        const given = await caller.call({ path, json, answer: page, repeatable: true });
        if (given.recordlist.length > 0) yield given.recordlist;
        if (given.number < PAGE || given.msgid === msgId) return;
        msgId = given.msgid;
      }
    },
  };
}

function secondsOf(at: Date): number {
  return Math.floor(at.getTime() / 1000);
}

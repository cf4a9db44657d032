import type { Caller } from './caller.ts';
import { type DeskAccounts, deskAccounts } from './desk-accounts.ts';
import { type DeskRecords, deskRecords } from './desk-records.ts';
import { type DeskSessions, deskSessions } from './desk-sessions.ts';

/** The people who answer followers in the platform's own desk (reference 5.5). */
export interface Desk {
  readonly accounts: DeskAccounts;
  readonly sessions: DeskSessions;
  readonly records: DeskRecords;
}

export function desk(caller: Caller): Desk {
  return {
    accounts: deskAccounts(caller),
    sessions: deskSessions(caller),
    records: deskRecords(caller),
  };
}

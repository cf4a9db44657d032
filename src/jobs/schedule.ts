import type { Context } from '../kernel/context.ts';
import * as cases from '../loyalty/cases/index.ts';
import * as ledger from '../loyalty/ledger/index.ts';
import * as orders from '../loyalty/orders/index.ts';
import * as purchases from '../loyalty/purchases/index.ts';
import * as risk from '../loyalty/risk/index.ts';
import * as broadcasts from '../notify/broadcast/index.ts';
import * as notify from '../notify/index.ts';
import { followUps } from './follow-ups.ts';

/** A job does one bounded batch and says whether there is more; it may be killed at any line. */
export interface Job {
  readonly name: string;
  /** Six fields, seconds first, in the programme's zone. */
  readonly cron: string;
  readonly run: (ctx: Context) => Promise<{ readonly done: number; readonly more: boolean }>;
}

const SETTLED_AT_ONCE = 500;

/** What runs by the clock: name, time, and a call that does one bounded batch. */
export function schedule({ sender }: { readonly sender: notify.NoticeSender }): readonly Job[] {
  const receive = followUps();
  return [
    {
      name: 'settle-due',
      cron: '*/10 * * * * *',
      run: (ctx) => ledger.settleDue(ctx, SETTLED_AT_ONCE),
    },
    {
      name: 'relay-purchases',
      cron: '*/5 * * * * *',
      run: (ctx) => purchases.relayOutbox(ctx, receive),
    },
    { name: 'relay-orders', cron: '*/5 * * * * *', run: (ctx) => orders.relayOutbox(ctx, receive) },
    {
      name: 'relay-sanctions',
      cron: '*/5 * * * * *',
      run: (ctx) => risk.relayOutbox(ctx, receive),
    },
    {
      name: 'relay-adjustments',
      cron: '*/5 * * * * *',
      run: (ctx) => cases.relayOutbox(ctx, receive),
    },
    {
      name: 'send-notices',
      cron: '*/5 * * * * *',
      run: (ctx) => notify.sendNotices(ctx, sender),
    },
    {
      name: 'send-broadcasts',
      cron: '*/2 * * * * *',
      run: (ctx) => broadcasts.sendBroadcasts(ctx, sender),
    },
    // It asks every minute and works once a night, also when the service was away at two.
    {
      name: 'audit-ledger',
      cron: '20 * * * * *',
      run: (ctx) => ledger.auditNightly(ctx, { joins: orders.joins }),
    },
  ];
}

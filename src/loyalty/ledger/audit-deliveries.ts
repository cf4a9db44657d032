import type { mongo } from 'mongoose';
import { businessDayOf } from '../../kernel/business-day.ts';
import type { Account } from './account.model.ts';
import type { AccountProof } from './audit-account.ts';
import type { Finding } from './audit-fold.ts';
import { total } from './audit-moves.ts';
import type { Delivery, Entry } from './entry.model.ts';
import type { AccountId } from './points.ts';

/** Where accounts and entries are read from. */
export interface Books {
  readonly accounts: mongo.Collection<Account>;
  readonly entries: mongo.Collection<Entry>;
}

const OUTBOX = { projection: { outbox: 1 } } as const;

/**
 * Law L8, which two accounts keep together: points that left arrived once or came back, and points
 * that arrived had left.
 */
export async function auditDeliveries(
  books: Books,
  accountId: AccountId,
  { arrived, cameBack, received }: AccountProof,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const find = (deliveryId: string, message: string): void => {
    const entryId = deliveryId.slice(0, deliveryId.indexOf('#'));
    findings.push({ code: 'L8', accountId, entryId, message });
  };
  for (const delivery of arrived) {
    const points = await pointsReceived(books, delivery);
    if (points === total(delivery.lots)) continue;
    find(delivery.deliveryId, `delivery to ${delivery.to} arrived with ${points} points`);
  }
  for (const delivery of cameBack) {
    const points = await pointsReceived(books, delivery);
    if (points > 0) find(delivery.deliveryId, `delivery to ${delivery.to} came back and arrived`);
  }
  for (const [deliveryId, { points, entryId }] of received) {
    const sent = await pointsSent(books, deliveryId);
    if (sent === points) continue;
    const message = `${points} points of delivery ${deliveryId} arrived, ${sent} were sent`;
    findings.push({ code: 'L8', accountId, entryId, message });
  }
  return findings;
}

async function pointsReceived(books: Books, { deliveryId, to, sentAt }: Delivery): Promise<number> {
  const accountId = to as AccountId;
  const key = `received:${businessDayOf(sentAt)}:${deliveryId}`;
  const account = await books.accounts.findOne({ _id: accountId }, OUTBOX);
  const waiting = account?.outbox.find((entry) => entry.key === key);
  const entry = waiting ?? (await books.entries.findOne({ accountId, key }));
  return total(entry?.moves.find(({ of }) => of === deliveryId)?.given);
}

async function pointsSent(books: Books, deliveryId: string): Promise<number> {
  const entryId = deliveryId.slice(0, deliveryId.indexOf('#')) as Entry['_id'];
  const accountId = entryId.slice(0, entryId.lastIndexOf('.')) as AccountId;
  const seq = Number(entryId.slice(entryId.lastIndexOf('.') + 1));
  const account = await books.accounts.findOne({ _id: accountId }, OUTBOX);
  const entry =
    account?.outbox.find((item) => item.seq === seq) ??
    (await books.entries.findOne({ accountId, _id: entryId }));
  const delivery = entry?.deliveries?.find((item) => item.deliveryId === deliveryId);
  return total(delivery?.lots);
}

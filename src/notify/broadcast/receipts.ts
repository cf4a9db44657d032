import type { MemberId } from '../../kernel/ids.ts';
import type { BroadcastBatch } from './broadcast-batch.model.ts';

/** Was seen where many messages share it (reference 5.3). */
const NO_NUMBER = '0';
const NUMBER_CHARS = 32;
const DELIVERED = 'delivered';
const BLOCKED = 'blocked';
const CAUSES: Readonly<Record<string, string>> = { blocked: 'user block', failed: 'system failed' };

/** What the platform reported of the message to one recipient, after it had accepted it. */
export interface Receipt {
  readonly memberId: MemberId;
  readonly outcome: 'delivered' | 'blocked' | 'failed';
  /** As the platform put it; empty for a message that was delivered. */
  readonly because: string;
  /** The reply to the call was lost: only this report says that it was sent. */
  readonly wasUnknown: boolean;
}

type Reported = Pick<BroadcastBatch, 'recipients' | 'exceptions' | 'msgIds' | 'receipts'>;

/** The place of a report in its batch: by whose message it is, and by the number it came with. */
export function receiptKeyOf(n: number, msgId: string): string {
  return `${n}:${usableNumber(msgId) ?? NO_NUMBER}`;
}

/** A number that means one message only, as it may be called within a field's name; null for none. */
export function usableNumber(msgId: string): string | null {
  const plain = msgId.replaceAll(/\W/g, '_').slice(0, NUMBER_CHARS);
  return plain === '' || plain === NO_NUMBER ? null : plain;
}

/**
 * What became of the messages of a batch, one for each recipient at most. A report may have come
 * before the number of its message was known: here it is compared, so another message's counts nothing.
 */
export function receiptsOf(batch: Reported): readonly Receipt[] {
  const outcomes = new Map(batch.exceptions.map((one) => [one.memberId, one.outcome]));
  const found = new Map<number, Receipt>();
  for (const [key, is] of Object.entries(batch.receipts ?? {})) {
    const [place = '', msgId = ''] = key.split(':');
    const n = Number(place);
    const memberId = batch.recipients[n];
    const known = batch.msgIds?.[n] ?? null;
    const outcome = memberId && outcomes.get(memberId);
    const isIts = known === null ? mayHaveBeenSent(outcome) : [known, NO_NUMBER].includes(msgId);
    if (!memberId || !isIts || found.has(n)) continue;
    found.set(n, { memberId, ...readReceipt(is), wasUnknown: outcome === 'unknown' });
  }
  return [...found.values()];
}

/** Whether somebody with this exception, or with none, can have got something. */
export function mayHaveBeenSent(outcome: string | undefined): boolean {
  return outcome === undefined || outcome === 'unknown';
}

function readReceipt(is: string): Pick<Receipt, 'outcome' | 'because'> {
  if (is === DELIVERED) return { outcome: DELIVERED, because: '' };
  return { outcome: is === BLOCKED ? BLOCKED : 'failed', because: CAUSES[is] ?? is };
}

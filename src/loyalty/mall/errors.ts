import { businessDayOf, clockTimeOf } from '../../kernel/business-day.ts';
import { DomainError } from '../../kernel/errors.ts';
import type { OrderId, RewardId } from '../../kernel/ids.ts';
import type { Reward } from './reward.model.ts';

export function rewardNotFound(rewardId: RewardId): DomainError {
  return new DomainError({
    kind: 'not-found',
    code: 'REWARD_NOT_FOUND',
    message: 'there is no such reward, or it is not offered any more',
    details: { rewardId },
  });
}

export function rewardLimitReached(
  { name, perMember }: Pick<Reward, 'name' | 'perMember'>,
  used: number,
): DomainError {
  return new DomainError({
    kind: 'conflict',
    code: 'REWARD_LIMIT_REACHED',
    message: 'the member has redeemed this reward as often as one member may',
    details: { item: name, n: perMember ?? 0, used },
  });
}

export function offerNotOpen(name: string, from: Date): DomainError {
  const { hour, minute } = clockTimeOf(from);
  const time = `${hour}:${String(minute).padStart(2, '0')}`;
  return new DomainError({
    kind: 'conflict',
    code: 'OFFER_NOT_OPEN',
    message: 'the reward cannot be redeemed yet',
    details: { name, date: businessDayOf(from), time },
  });
}

/** `until` is the first instant at which it was over: an offer until midnight ended the day before. */
export function offerClosed(name: string, until: Date): DomainError {
  return new DomainError({
    kind: 'conflict',
    code: 'OFFER_CLOSED',
    message: 'the reward can no longer be redeemed',
    details: { name, date: businessDayOf(new Date(until.getTime() - 1)) },
  });
}

export function batchIdInvalid(): DomainError {
  return new DomainError({
    kind: 'invalid',
    code: 'BATCH_ID_INVALID',
    message: 'a batch is named by 1 to 100 printable ASCII characters, and not like an order',
  });
}

export function batchReused(batchId: string): DomainError {
  return new DomainError({
    kind: 'conflict',
    code: 'KEY_REUSED',
    message: 'a batch of this name was booked with other content',
    details: { batchId },
  });
}

/** Pieces of a code reward are counted by its codes, those of a parcel by hand. */
export function stockKindWrong({ _id: rewardId, fulfilment }: Reward): DomainError {
  return new DomainError({
    kind: 'invalid',
    code: 'STOCK_KIND_WRONG',
    message: 'codes are added to a code reward, pieces to any other',
    details: { rewardId, fulfilment },
  });
}

export function codeCountInvalid(count: number, max: number): DomainError {
  return new DomainError({
    kind: 'invalid',
    code: 'CODE_COUNT_INVALID',
    message: 'a batch has at least one code, and not too many',
    details: { count, max },
  });
}

export function batchBusy(batchId: string): DomainError {
  return new DomainError({
    kind: 'unavailable',
    code: 'BATCH_BUSY',
    message: 'someone else changes this batch; the same call may be repeated',
    details: { batchId },
  });
}

export function codeNotAvailable(rewardId: RewardId, orderId: OrderId): DomainError {
  return new DomainError({
    kind: 'unavailable',
    code: 'CODE_NOT_AVAILABLE',
    message: 'no free code can be seen now; the same call may be repeated',
    details: { rewardId, orderId },
  });
}

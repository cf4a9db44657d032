import { DomainError } from '../../kernel/errors.ts';
import type { OrderId } from '../../kernel/ids.ts';
import type { OrderStatus } from './order-status.ts';

export function orderNotFound(orderId: OrderId): DomainError {
  return new DomainError({
    kind: 'not-found',
    code: 'ORDER_NOT_FOUND',
    message: 'there is no such order',
    details: { orderId },
  });
}

export function orderCannotBecome(wanted: OrderStatus, orderId: OrderId): DomainError {
  return new DomainError({
    kind: 'conflict',
    code: 'ORDER_STATUS_CONFLICT',
    message: `the order can no longer become ${wanted}`,
    details: { orderId, wanted },
  });
}

export function addressMissing(): DomainError {
  return new DomainError({
    kind: 'conflict',
    code: 'ADDRESS_MISSING',
    message: 'a parcel needs an address, and the member has left none',
  });
}

export function orderIdReused(orderId: OrderId): DomainError {
  return new DomainError({
    kind: 'conflict',
    code: 'KEY_REUSED',
    message: 'this order was placed for another reward',
    details: { orderId },
  });
}

export function orderNotVisible(orderId: OrderId): DomainError {
  return new DomainError({
    kind: 'unavailable',
    code: 'ORDER_NOT_VISIBLE',
    message: 'whether the order was kept cannot be told now; the same call may be repeated',
    details: { orderId },
  });
}

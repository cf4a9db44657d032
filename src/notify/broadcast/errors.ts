import { DomainError } from '../../kernel/errors.ts';
import type { BroadcastId, BroadcastStatus } from './broadcast.model.ts';

export function broadcastNotFound(broadcastId: BroadcastId): DomainError {
  return new DomainError({
    kind: 'not-found',
    code: 'BROADCAST_NOT_FOUND',
    message: 'there is no such broadcast',
    details: { broadcastId },
  });
}

export function broadcastCannotBecome(wanted: BroadcastStatus, id: BroadcastId): DomainError {
  return new DomainError({
    kind: 'conflict',
    code: 'BROADCAST_STATUS_CONFLICT',
    message: `the broadcast cannot become ${wanted} from what it is`,
    details: { broadcastId: id, wanted },
  });
}

/** The plan of a broadcast is wrong. `problems` are sentences for the operator. */
export function broadcastInvalid(problems: readonly string[]): DomainError {
  return new DomainError({
    kind: 'invalid',
    code: 'BROADCAST_INVALID',
    message: problems.join('; '),
    details: { problems: problems.join('\n') },
  });
}

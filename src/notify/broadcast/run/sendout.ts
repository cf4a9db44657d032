import type { MemberId } from '../../../kernel/ids.ts';
import type { Somebody } from '../audience.ts';
import type { BroadcastBatch, Exception } from '../broadcast-batch.model.ts';
import type { Claimed } from './claim.ts';
import type { Run } from './run.ts';

/** A batch that is being sent. */
export interface Sendout {
  readonly batch: BroadcastBatch;
  /** A run before may have sent it to those whose fate is open. */
  readonly mayBeSent: boolean;
  /** One parcel for each call. */
  readonly parcels: readonly (readonly Somebody[])[];
  /** Whose fate is open, until it is noted. */
  readonly rest: Map<MemberId, Somebody>;
  readonly exceptions: Exception[];
  readonly sent: MemberId[];
  massMsgId: string | null;
  /** The platform's numbers, by which it reports what became of single messages. */
  readonly msgIds: Map<MemberId, string>;
  /** How many parcels were taken, and of how many the outcome is noted. */
  taken: number;
  noted: number;
  /** It may have been sent, and is asked again later under the same ids. */
  isOpen: boolean;
  /** Nobody is named in it, and it was not sent yet. */
  isUnsent: boolean;
}

/** This run has sent nothing of it yet. */
export function sendoutOf({ way, broadcast }: Run, claimed: Claimed): Sendout {
  const { batch, people, decided, mayBeSent = false } = claimed;
  const isForPlatform = 'platform' in broadcast.plan.audience;
  const whole = people.length > 0 || isForPlatform ? [people] : [];
  return {
    batch,
    mayBeSent,
    parcels: way.unit === 'batch' ? whole : people.map((somebody) => [somebody]),
    rest: new Map(people.map((somebody) => [somebody._id, somebody])),
    exceptions: [...batch.exceptions, ...decided],
    sent: [],
    massMsgId: batch.massMsgId,
    msgIds: new Map(),
    taken: 0,
    noted: 0,
    isOpen: false,
    isUnsent: isForPlatform,
  };
}

/** What is to be written down of it now. */
export function settledOf(sendout: Sendout) {
  const { batch, mayBeSent, rest, isUnsent, exceptions, sent, massMsgId, msgIds } = sendout;
  const numberOf = (memberId: MemberId, n: number) =>
    msgIds.get(memberId) ?? batch.msgIds?.[n] ?? null;
  const hasNumbers = msgIds.size > 0 || (batch.msgIds ?? []).length > 0;
  return {
    rest: [...rest.keys()],
    status: statusOf(rest.size === 0 && !isUnsent, mayBeSent),
    exceptions,
    sent,
    massMsgId,
    msgIds: hasNumbers ? batch.recipients.map(numberOf) : [],
  };
}

/** What a run before may have sent stays open: it goes out again under the same ids, or is unknown. */
function statusOf(isDone: boolean, mayBeSent: boolean): BroadcastBatch['status'] {
  if (isDone) return 'done';
  return mayBeSent ? 'open' : 'waiting';
}

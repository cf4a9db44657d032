import type { MemberId } from '../../../kernel/ids.ts';
import type { Somebody } from '../audience.ts';
import type { BroadcastBatch, Exception } from '../broadcast-batch.model.ts';
import type { Claimed } from './claim.ts';
import type { Run } from './run.ts';

/** A batch that is being sent. */
export interface Sendout {
  readonly batch: BroadcastBatch;
  /** One parcel for each call. */
  readonly parcels: readonly (readonly Somebody[])[];
  /** Whose fate is open, until it is noted. */
  readonly rest: Map<MemberId, Somebody>;
  readonly exceptions: Exception[];
  readonly sent: MemberId[];
  massMsgId: string | null;
  /** How many parcels were taken, and of how many the outcome is noted. */
  taken: number;
  noted: number;
  /** It may have been sent, and is asked again later under the same ids. */
  isOpen: boolean;
  /** Nobody is named in it, and it was not sent yet. */
  isUnsent: boolean;
}

/** Nothing of it is sent yet. */
export function sendoutOf({ way, broadcast }: Run, { batch, people, decided }: Claimed): Sendout {
  const isForPlatform = 'platform' in broadcast.plan.audience;
  const whole = people.length > 0 || isForPlatform ? [people] : [];
  return {
    batch,
    parcels: way.unit === 'batch' ? whole : people.map((somebody) => [somebody]),
    rest: new Map(people.map((somebody) => [somebody._id, somebody])),
    exceptions: [...batch.exceptions, ...decided],
    sent: [],
    massMsgId: batch.massMsgId,
    taken: 0,
    noted: 0,
    isOpen: false,
    isUnsent: isForPlatform,
  };
}

/** What is to be written down of it now. */
export function settledOf({ rest, isUnsent, exceptions, sent, massMsgId }: Sendout) {
  return {
    rest: [...rest.keys()],
    isDone: rest.size === 0 && !isUnsent,
    exceptions,
    sent,
    massMsgId,
  };
}

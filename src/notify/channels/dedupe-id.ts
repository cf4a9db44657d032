import { createHash } from 'node:crypto';
import type { Notice } from '../notice.model.ts';

/** At most 32 letters and digits; the same for every attempt of a notice (reference 5.3). */
export function dedupeIdOf({ _id }: Pick<Notice, '_id'>): string {
  return createHash('sha256').update(_id).digest('hex').slice(0, 32);
}

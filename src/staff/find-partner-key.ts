import { createHash } from 'node:crypto';
import { type PartnerKey, PartnerKeyModel } from './partner-key.model.ts';

/** Whose key this is and what it may do; null for a key that nobody has. */
export async function findPartnerKey(key: string): Promise<PartnerKey | null> {
  return PartnerKeyModel.findOne({ keyHash: hashOfKey(key) }).lean<PartnerKey>();
}

/** A key is random and long: one plain hash hides it, and lets an index find it. */
export function hashOfKey(key: string): string {
  return createHash('sha256').update(key).digest('base64url');
}

import { Schema } from 'mongoose';
import type { Id } from '../kernel/ids.ts';
import { defineModel } from '../platform/mongo.ts';

/** What a partner's key may do. */
export const SCOPES = [
  'purchases:write',
  'members:read',
  'orders:write',
  'rewards:read',
  'audit:read',
] as const;
export type Scope = (typeof SCOPES)[number];

export type PartnerKeyId = Id<'key'>;

/** One partner's way in: a till, a shop system, a warehouse. */
export interface PartnerKey {
  readonly _id: PartnerKeyId;
  /** What staff call it. */
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** SHA-256 of the key, base64url. The key itself is shown once and kept nowhere. */
  readonly keyHash: string;
  readonly createdAt: Date;
}

const partnerKey = new Schema<PartnerKey>({
  _id: { type: String, required: true },
  name: { type: String, required: true },
  scopes: { type: [String], required: true, enum: SCOPES },
  keyHash: { type: String, required: true },
  createdAt: { type: Date, required: true },
});

partnerKey.index({ keyHash: 1 }, { unique: true }); // whose key is this?

export const PartnerKeyModel = defineModel('partner_keys', partnerKey);

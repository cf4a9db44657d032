import { Schema } from 'mongoose';
import type { Id } from '../../kernel/ids.ts';
import { defineModel } from '../../platform/mongo.ts';
import type * as ledger from '../ledger/index.ts';

export type CaseId = Id<'cas'>;

/** What somebody has to look into: an account that the nightly audit found wrong, and froze. */
const CASE_KINDS = ['audit-finding'] as const;
export type CaseKind = (typeof CASE_KINDS)[number];

export const CASE_STATUSES = ['open', 'closed'] as const;
export type CaseStatus = (typeof CASE_STATUSES)[number];

/** Something that a person has to look into, and what they found. */
export interface Case {
  readonly _id: CaseId;
  readonly kind: CaseKind;
  readonly accountId: ledger.AccountId;
  /** The entry that it was opened for; there is one case for each. */
  readonly entryId: ledger.EntryId;
  /** The laws that are broken: `L4 L5`. */
  readonly laws: string;
  readonly openedAt: Date;
  readonly status: CaseStatus;
  readonly closedBy: string | null;
  readonly closedAt: Date | null;
  /** What came out; free text. */
  readonly note: string | null;
}

const text = { type: String, default: null };

const caseSchema = new Schema<Case>({
  _id: { type: String, required: true },
  kind: { type: String, required: true, enum: CASE_KINDS },
  accountId: { type: String, required: true },
  entryId: { type: String, required: true },
  laws: { type: String, required: true },
  openedAt: { type: Date, required: true },
  status: { type: String, required: true, enum: CASE_STATUSES },
  closedBy: text,
  closedAt: { type: Date, default: null },
  note: text,
});

caseSchema.index({ entryId: 1 }, { unique: true }); // was a case opened for this entry?
caseSchema.index({ status: 1, _id: -1 }); // what is there to look into, newest first?
caseSchema.index({ accountId: 1, _id: -1 }); // what was looked into about this account, newest first?

export const CaseModel = defineModel('cases', caseSchema);

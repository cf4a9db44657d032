import { Schema } from 'mongoose';
import type { MemberId } from '../../kernel/ids.ts';
import { defineModel } from '../../platform/mongo.ts';

const LANGUAGES = ['zh-CN', 'en'] as const;
/** The languages that members are answered in. */
export type Language = (typeof LANGUAGES)[number];

/** A follower who takes part in the programme, and what is left of one who went away. */
export interface Member {
  readonly _id: MemberId;
  /** The form of this document: `lifted` reads the one before it too. */
  readonly schemaVersion: number;
  /** What a member says at the till: M and six digits. */
  readonly memberNo: string;
  /** Who it is to WeChat; null after leaving. */
  readonly openId: string | null;
  /** A keyed hash of the open id. It stays for ever, so that a return is recognised. */
  readonly openIdHash: string;
  readonly status: 'following' | 'left';
  /** The scene of the code that brought the member first; null when there was none. */
  readonly source: string | null;
  readonly enrolledAt: Date;
  /** Since when the member follows: the time of the newest follow that is known. */
  readonly followedAt: Date;
  readonly leftAt: Date | null;
  /** Which arrival came last and what caused it: a repeat of that message is told the same again. */
  readonly arrival: { readonly occasion: 'new' | 'back'; readonly cause: string };
  readonly language: Language;
  /** Whether messages may be sent that the member did not ask for just now. */
  readonly notices: 'on' | 'off';
  /** When the member said so; null for a member who never chose. */
  readonly noticesChosenAt: Date | null;
  /** Encrypted; `openAddress` reads it. */
  readonly address: string | null;
  /** Which privacy notice was linked in the first answer, and when. */
  readonly privacyNotice: { readonly version: string; readonly shownAt: Date };
}

export const SCHEMA_VERSION = 2;

const member = new Schema<Member>({
  _id: { type: String, required: true },
  schemaVersion: { type: Number, required: true },
  memberNo: { type: String, required: true },
  openId: { type: String, default: null },
  openIdHash: { type: String, required: true },
  status: { type: String, required: true, enum: ['following', 'left'] },
  source: { type: String, default: null },
  enrolledAt: { type: Date, required: true },
  followedAt: { type: Date, required: true },
  leftAt: { type: Date, default: null },
  arrival: {
    type: {
      occasion: { type: String, required: true, enum: ['new', 'back'] },
      cause: { type: String, required: true },
    },
    required: true,
    _id: false,
  },
  language: { type: String, required: true, enum: LANGUAGES },
  notices: { type: String, required: true, enum: ['on', 'off'] },
  noticesChosenAt: { type: Date, default: null },
  address: { type: String, default: null },
  privacyNotice: {
    type: {
      version: { type: String, required: true },
      shownAt: { type: Date, required: true },
    },
    required: true,
    _id: false,
  },
});

member.index({ openIdHash: 1 }, { unique: true }); // who writes to us?
member.index({ memberNo: 1 }, { unique: true }); // whose number is this, at a till?

// who came by which code?
member.index({ source: 1, status: 1 }, { partialFilterExpression: { source: { $gt: '' } } });

export const MemberModel = defineModel('members', member);

import { z } from 'zod';
import { Button, ConditionalMenu } from './menus.ts';
import { FIRST_TEMPLATES, PrivateTemplate } from './templates.ts';

const Tag = z.object({ id: z.int(), name: z.string() });

const NoticeTemplate = z.object({
  priTmplId: z.string(),
  title: z.string(),
  content: z.string(),
  example: z.string(),
  /** 2: one message for each consent. */
  type: z.literal(2),
});

const Media = z.object({
  id: z.string(),
  type: z.enum(['image', 'voice', 'video', 'thumb', 'news']),
  name: z.string(),
  mime: z.string(),
  bytes: z.int(),
  /** Seconds. */
  at: z.int(),
  isPermanent: z.boolean(),
  /** Of a video or an article; an empty text where there is none. */
  title: z.string(),
  introduction: z.string(),
});
/** A file of the account, as the platform keeps it for three days or for good (reference 5.9). */
export type Media = z.infer<typeof Media>;

const Code = z.object({
  ticket: z.string(),
  scene: z.string(),
  isNumber: z.boolean(),
  /** Seconds; null for a permanent one. */
  until: z.int().nullable(),
});
/** A QR code with a source (reference 5.8). */
export type Code = z.infer<typeof Code>;

const ShortKey = z.object({
  key: z.string(),
  data: z.string(),
  /** Seconds. */
  at: z.int(),
  seconds: z.int(),
});

const MassJob = z.object({
  id: z.int(),
  clientId: z.string(),
  status: z.enum(['SENDING', 'SEND_SUCCESS', 'SEND_FAIL', 'DELETE']),
  type: z.string(),
  /** Seconds. */
  at: z.int(),
});
/** One mass message (reference 5.6). */
export type MassJob = z.infer<typeof MassJob>;

/** A count that starts anew with each calendar month. */
const Monthly = z.object({ month: z.string(), times: z.int() });
export type Monthly = z.infer<typeof Monthly>;

const Desk = z.object({
  accounts: z.array(z.object({ account: z.string(), id: z.int(), nickname: z.string() })),
  sessions: z.array(z.object({ account: z.string(), openId: z.string(), at: z.int() })),
});

const never = { month: '', times: 0 };

/** What the account owns at the platform. A file from before some of it is read as having none. */
export const Belongings = z.object({
  menu: z.array(Button).nullable(),
  conditionalMenus: z.array(ConditionalMenu).default([]),
  /** The last number given to a tag, a menu, a material, a mass job … */
  lastNumber: z.int().default(1000),
  tags: z.array(Tag).default([]),
  templates: z.array(PrivateTemplate).default(() => [...FIRST_TEMPLATES]),
  industries: z.tuple([z.int(), z.int()]).nullable().default(null),
  industryChanged: Monthly.default(never),
  notices: z.array(NoticeTemplate).default([]),
  /** Messages that a follower still accepts, by `<open id> <template id>`. */
  consents: z.record(z.string(), z.int()).default({}),
  /** One message each, by `<open id> <template id> <scene>` (reference 5.4). */
  onceConsents: z.array(z.string()).default([]),
  media: z.array(Media).default([]),
  codes: z.array(Code).default([]),
  shortKeys: z.array(ShortKey).default([]),
  massJobs: z.array(MassJob).default([]),
  massToAll: Monthly.default(never),
  massSpeed: z.int().default(0),
  cleared: Monthly.default(never),
  clearedOne: Monthly.default(never),
  desk: Desk.default({ accounts: [], sessions: [] }),
});
export type Belongings = z.infer<typeof Belongings>;

/** What a new account owns: the templates it was granted, and nothing else. */
export function firstBelongings(): Belongings {
  return Belongings.parse({ menu: null });
}

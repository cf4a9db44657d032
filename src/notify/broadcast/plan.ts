import { z } from 'zod';
import * as wechat from '../../wechat/index.ts';
import { marketingWordIn } from './marketing-words.ts';

const LIST_MAX = 100_000;
const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time is written as 09:00');
const mediaId = z.string().min(1).max(128);
const text = z.string().trim().min(1).max(600);
/** Said under an answer, which holds 2,048 bytes. */
const line = z.string().trim().min(1).max(150);
const memberNo = z.string().regex(/^M\d{6}$/i, 'a member number is M and six digits');

/** Values by the keys of a template; their types are in the keys (reference 5.3). */
const fields = z
  .record(z.string().regex(/^[a-z_]+\d*$/, 'a key is written as thing1'), z.string())
  .refine((data) => Object.keys(data).length > 0, 'a template has at least one field');

const everybody = z.strictObject({
  members: z.literal('all'),
  /** Whom a code with this scene brought. */
  source: z.string().min(1).max(64).optional(),
  language: z.enum(['zh-CN', 'en']).optional(),
});
const listed = z.strictObject({ list: z.array(memberNo).max(LIST_MAX) });
const members = z.union([everybody, listed], {
  error: 'an audience is `members: all` or `list:` with member numbers',
});
/** The platform chooses who gets it: neither 退订 nor the limits are known to it. */
const platform = z.strictObject({
  platform: z.union([z.literal('all'), z.strictObject({ tag: z.int().min(0) })]),
  ignoresOptOuts: z.literal(true, {
    error: 'it reaches members who said 退订 too: say so with `ignoresOptOuts: true`',
  }),
});

const row = z.strictObject({
  memberNo,
  /** The number or id of an order, or the id of an entry. */
  about: z.string().min(1).max(64),
});

const massContent = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text'), text }),
  z.strictObject({ type: z.literal('mpnews'), mediaId }),
  z.strictObject({ type: z.literal('voice'), mediaId }),
  z.strictObject({ type: z.literal('image'), mediaIds: z.array(mediaId).min(1).max(20) }),
  z.strictObject({ type: z.literal('mpvideo'), mediaId, title: text.optional() }),
]);
const filled = z.strictObject({
  templateId: z.string().min(1).max(128),
  data: fields,
  /** Where a tap leads; `page` of a subscription notice. */
  url: z.httpUrl().optional(),
});

const common = {
  name: z.string().trim().min(1).max(60),
  /** Messages within any sixty seconds, over all instances. */
  ratePerMinute: z.int().min(1).max(600_000).default(6000),
  /** When it goes out, in the programme's zone; quiet hours are kept beside it. */
  window: z.strictObject({ from: timeOfDay, until: timeOfDay }).nullable().default(null),
  /** When it begins, once it is approved. */
  startsAt: z.iso.datetime({ offset: true }).nullable().default(null),
};

const plan = z.discriminatedUnion('channel', [
  z.strictObject({
    ...common,
    channel: z.literal('mass'),
    content: massContent,
    audience: z.union([everybody, listed, platform], {
      error:
        'an audience is `members: all`, `list:` with member numbers, or `platform:` with `ignoresOptOuts: true`',
    }),
  }),
  z.strictObject({
    ...common,
    channel: z.literal('subscription'),
    content: filled,
    audience: members,
  }),
  z.strictObject({
    ...common,
    channel: z.literal('next-contact'),
    /** `days`: how long it waits for somebody to write. */
    content: z.strictObject({ text: line, days: z.int().min(1).max(60).default(14) }),
    audience: members,
  }),
  z.strictObject({
    ...common,
    channel: z.literal('template'),
    content: filled,
    audience: z.strictObject({ rows: z.array(row).max(LIST_MAX) }),
  }),
]);

/** What a broadcast says to whom, by which way and how fast. */
export type Plan = z.output<typeof plan>;
export type PlanOf<Channel extends Plan['channel']> = Extract<Plan, { channel: Channel }>;

/** Reads a plan, or says everything that is wrong with it, a sentence each. */
export function readPlan(given: unknown): { plan: Plan } | { problems: readonly string[] } {
  const read = plan.safeParse(given);
  if (!read.success) {
    const problems = read.error.issues.map(({ path, message }) => {
      return path.length > 0 ? `${path.join('.')}: ${message}` : message;
    });
    return { problems };
  }
  const problems = [...wordProblems(read.data), ...listProblems(read.data)];
  return problems.length > 0 ? { problems } : { plan: read.data };
}

function wordProblems({ channel, content }: Plan): string[] {
  if (channel !== 'template' && channel !== 'subscription') return [];
  return Object.entries(content.data).flatMap(([key, value]) => {
    const word = channel === 'template' ? marketingWordIn(value) : null;
    if (word) return [`content.data.${key}: 「${word}」 is marketing, which templates may not be`];
    // What stands in braces is filled in per row, and checked then.
    const problem = /\{\w+\}/.test(value)
      ? null
      : wechat.checkTemplateField(key.replace(/\d+$/, ''), value);
    return problem ? [`content.data.${key}: ${problem}`] : [];
  });
}

/** Nobody is told twice by one broadcast. */
function listProblems({ audience }: Plan): string[] {
  const numbers = 'list' in audience ? audience.list : 'rows' in audience ? audience.rows : [];
  const seen = new Set<string>();
  return numbers.flatMap((one) => {
    const number = (typeof one === 'string' ? one : one.memberNo).toUpperCase();
    if (seen.has(number)) return [`audience: ${number} is named twice`];
    seen.add(number);
    return [];
  });
}

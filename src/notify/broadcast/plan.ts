import { z } from 'zod';
import * as wechat from '../../wechat/index.ts';
import { anybody, LIST_MAX, memberNo, members } from './audience-plan.ts';
import { marketingWordIn } from './marketing-words.ts';

const MASS_RATE_MIN = 3;
const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time is written as 09:00');
const mediaId = z.string().min(1).max(128);
const text = z.string().trim().min(1).max(600);
/** Said under an answer, which holds 2,048 bytes. */
const line = z.string().trim().min(1).max(150);

/** Values by the keys of a template; their types are in the keys (reference 5.3). */
const fields = z
  .record(z.string().regex(/^[a-z_]+\d*$/, 'a key is written as thing1'), z.string())
  .refine((data) => Object.keys(data).length > 0, 'a template has at least one field');

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
    audience: anybody,
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
  const { data } = read;
  const problems = [...wordProblems(data), ...listProblems(data), ...speedProblems(data)];
  return problems.length > 0 ? { problems } : { plan: data };
}

/** Nobody may be left for a call of their own, which the platform refuses (reference 5.6). */
function speedProblems({ channel, ratePerMinute, audience }: Plan): string[] {
  if (channel !== 'mass' || 'platform' in audience || ratePerMinute >= MASS_RATE_MIN) return [];
  return [`ratePerMinute: mass messages to members go at ${MASS_RATE_MIN} or more`];
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

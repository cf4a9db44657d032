import { z } from 'zod';

export const LIST_MAX = 100_000;
export const memberNo = z.string().regex(/^M\d{6}$/i, 'a member number is M and six digits');
const points = z.int().min(0).optional();

/** All members, those whom the conditions leave. */
const everybody = z
  .strictObject({
    members: z.literal('all'),
    /** Whom a code with this scene brought. */
    source: z.string().min(1).max(64).optional(),
    language: z.enum(['zh-CN', 'en']).optional(),
    /** Who did nothing for so many days: no check-in, task, redemption or purchase, and no new follow. */
    inactiveDays: z.int().min(1).max(3650).optional(),
    /** Points that can be spent when it is sent. */
    balanceAtLeast: points,
    balanceAtMost: points,
    /** Who has not done this task; daily ones, not today. Its id or its title. */
    taskNotDone: z.string().min(1).max(64).optional(),
  })
  .refine(
    ({ balanceAtLeast = 0, balanceAtMost = balanceAtLeast }) => balanceAtMost >= balanceAtLeast,
    {
      path: ['balanceAtMost'],
      error: 'it is less than balanceAtLeast, so nobody is left',
    },
  );
const listed = z.strictObject({ list: z.array(memberNo).max(LIST_MAX) });
/** The platform chooses who gets it: neither 退订 nor the limits are known to it. */
const platform = z.strictObject({
  platform: z.union([z.literal('all'), z.strictObject({ tag: z.int().min(0) })]),
  ignoresOptOuts: z.literal(true, {
    error: 'it reaches members who said 退订 too: say so with `ignoresOptOuts: true`',
  }),
});

/** Members whom we choose, one by one. */
export const members = z.union([everybody, listed], {
  error: problemWith(
    ['members', 'list'],
    'an audience is `members: all` or `list:` with member numbers',
  ),
});
/** The same, or whom the platform chooses. */
export const anybody = z.union([everybody, listed, platform], {
  error: problemWith(
    ['members', 'list', 'platform'],
    'an audience is `members: all`, `list:` with member numbers, or `platform:` with `ignoresOptOuts: true`',
  ),
});

type Problem = Pick<z.core.$ZodIssue, 'path' | 'message'>;

/** What is wrong with an audience of the kind that a word in it names; without one, which there are. */
function problemWith(words: readonly string[], usage: string) {
  return (issue: { readonly input?: unknown; readonly errors?: unknown }): string => {
    const { input, errors = [] } = issue as {
      input: unknown;
      errors?: readonly (readonly Problem[])[];
    };
    const isSome = typeof input === 'object' && input !== null;
    const problems = errors[isSome ? words.findIndex((word) => word in input) : -1] ?? [];
    const told = problems.map(({ path, message }) => [...path, message].join(': '));
    return told.length === 0 ? usage : told.join('; ');
  };
}

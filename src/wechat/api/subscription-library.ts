import { z } from 'zod';
import type { TemplateField } from '../template-message.ts';
import { idText } from './answers.ts';

/** How often one agreement counts: once, or for long (public services only). */
export type SubscriptionKind = 'one-time' | 'long-term';

/** A template of the library (reference 5.4). */
export interface SubscriptionTitle {
  readonly titleId: string;
  readonly title: string;
  readonly kind: SubscriptionKind;
  readonly categoryId: string;
}

/** A field that a template may get; `type` limits its values as in 5.3. */
export interface SubscriptionKeyword {
  readonly id: number;
  readonly name: string;
  readonly example: string;
  readonly type: string;
}

/** A subscription template of the account. */
export interface SubscriptionTemplate {
  readonly templateId: string;
  readonly title: string;
  readonly example: string;
  readonly kind: SubscriptionKind;
  readonly fields: readonly TemplateField[];
  /** The only values that a field takes, by its key. */
  readonly choices: Readonly<Record<string, readonly string[]>>;
}

const LONG_TERM = 3;
const kind = z
  .number()
  .transform((type): SubscriptionKind => (type === LONG_TERM ? 'long-term' : 'one-time'));

export const subscriptionTitles = z
  .object({
    count: z.number(),
    data: z.array(z.object({ tid: idText, title: z.string(), type: kind, categoryId: idText })),
  })
  .transform(({ count, data }) => ({
    count,
    titles: data.map(({ tid, title, type, categoryId }) => {
      return { titleId: tid, title, kind: type, categoryId };
    }),
  }));

export const subscriptionKeywords = z
  .object({
    data: z.array(
      z.object({
        kid: z.coerce.number(),
        name: z.string(),
        example: z.string().default(''),
        rule: z.string().default(''),
      }),
    ),
  })
  .transform(({ data }): readonly SubscriptionKeyword[] =>
    data.map(({ kid, name, example, rule }) => ({ id: kid, name, example, type: rule })),
  );

const choice = z.object({ keywordCode: z.string(), enumValueList: z.array(z.string()) });

/** Their fields are still written as `content`. */
export const subscriptionTemplates = z
  .object({
    data: z.array(
      z.object({
        priTmplId: z.string(),
        title: z.string(),
        content: z.string(),
        example: z.string().default(''),
        type: kind,
        keywordEnumValueList: z.array(choice).nullish(),
      }),
    ),
  })
  .transform(({ data }) =>
    data.map(({ priTmplId, title, content, example, type, keywordEnumValueList }) => ({
      templateId: priTmplId,
      title,
      content,
      example,
      kind: type,
      choices: Object.fromEntries(
        (keywordEnumValueList ?? []).map((one) => [keyOf(one.keywordCode), one.enumValueList]),
      ),
    })),
  );

/** `thing1.DATA` or `thing1`. */
function keyOf(code: string): string {
  return code.replace(/\.DATA$/, '');
}

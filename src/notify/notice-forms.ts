import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { templatePath } from '../kernel/template-path.ts';
import * as wechat from '../wechat/index.ts';
import { problemsOfForm } from './form-problems.ts';
import { NOTICE_KINDS, type NoticeKind } from './notice.model.ts';

/** Notices that may go out as a subscription notice. */
const SUBSCRIBED_KINDS = [...NOTICE_KINDS, 'checkin-reminder'] as const;
export type SubscribedKind = (typeof SUBSCRIBED_KINDS)[number];

const Field = z.strictObject({ type: z.string(), value: z.string().min(1) });
const Form = z.strictObject({
  title: z.string().min(1),
  /** A page of ours that a tap opens; without it there is nothing to tap. */
  link: z
    .string()
    .regex(/^\/h5\/[a-z/-]+$/)
    .optional(),
  fields: z.record(z.string(), Field),
});

/** What a notice says: the platform's template is found by `title`, its keys by the labels. */
export type NoticeForm = z.infer<typeof Form>;

/** Reads templates/notices. @throws Error that names the file for a form that is none */
export function loadNoticeForms(): Readonly<Record<NoticeKind, NoticeForm>> {
  return formsOf(NOTICE_KINDS);
}

/** The same for subscription notices. @throws as `loadNoticeForms` */
export function loadSubscriptionForms(): Readonly<Record<SubscribedKind, NoticeForm>> {
  return formsOf(SUBSCRIBED_KINDS);
}

/** One form from its text. @throws Error that says what is wrong with it, and where it is */
export function readNoticeForm(text: string, where: string): NoticeForm {
  const form = Form.safeParse(parse(text));
  if (!form.success) throw new Error(`${where} is no notice: ${z.prettifyError(form.error)}`);
  const problems = problemsOfForm(form.data);
  if (problems.length > 0) throw new Error(`${where} is no notice: ${problems.join('; ')}`);
  return form.data;
}

function formsOf<Kind extends string>(kinds: readonly Kind[]): Readonly<Record<Kind, NoticeForm>> {
  const forms = kinds.map((kind) => {
    const file = templatePath(`notices/${kind}.yml`);
    return [kind, readNoticeForm(readFileSync(file, 'utf8'), file)] as const;
  });
  return Object.fromEntries(forms) as Record<Kind, NoticeForm>;
}

/**
 * The values of a notice by the keys of the account's template, or why one of them may not be sent:
 * the type that limits a value is in its key, `time4` (reference, 5.3).
 */
export function filledForm(
  form: NoticeForm,
  facts: Readonly<Record<string, string>>,
  keys: Readonly<Record<string, string>>,
): { readonly data: Readonly<Record<string, string>> } | { readonly problem: string } {
  const data: Record<string, string> = {};
  for (const [label, { type, value }] of Object.entries(form.fields)) {
    const text = value.replace(/\{(\w+)\}/g, (_, name: string) => facts[name] ?? '');
    const key = keys[label];
    if (key === undefined) return { problem: `${label}: not bound` };
    const problem = wechat.checkTemplateField(key.replace(/\d+$/, '') || type, text);
    if (problem) return { problem: `${label}: ${problem}` };
    data[key] = text;
  }
  return { data };
}

import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { templatePath } from '../kernel/template-path.ts';
import * as wechat from '../wechat/index.ts';
import { NOTICE_KINDS, type NoticeKind } from './notice.model.ts';

const Field = z.strictObject({ type: z.string(), value: z.string().min(1) });
const Form = z.strictObject({ title: z.string(), fields: z.record(z.string(), Field) });

/** What a notice says: the platform's template is found by `title`, its keys by the labels. */
export type NoticeForm = z.infer<typeof Form>;

/** Reads templates/notices. @throws Error that names the file for a form that is none */
export function loadNoticeForms(): Readonly<Record<NoticeKind, NoticeForm>> {
  const forms = NOTICE_KINDS.map((kind) => {
    const file = templatePath(`notices/${kind}.yml`);
    const form = Form.safeParse(parse(readFileSync(file, 'utf8')));
    if (!form.success) throw new Error(`${file} is no notice: ${z.prettifyError(form.error)}`);
    return [kind, form.data] as const;
  });
  return Object.fromEntries(forms) as Record<NoticeKind, NoticeForm>;
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

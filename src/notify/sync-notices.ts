import type { Context } from '../kernel/context.ts';
import * as settings from '../loyalty/settings/index.ts';
import type * as wechat from '../wechat/index.ts';
import { NOTICE_KINDS, type NoticeKind } from './notice.model.ts';
import type { NoticeForm } from './notice-forms.ts';

export interface SyncedNotice {
  readonly kind: NoticeKind;
  readonly title: string;
  /** The account's template, or null when none has this title. */
  readonly templateId: string | null;
  /** Labels that the account's template does not have. */
  readonly missing: readonly string[];
}

/**
 * Matches the account's templates with ours, first by title, then each label to its key, and stores
 * what was found in the setting `notices`. What is not bound is skipped when it is due.
 */
export async function syncNotices(
  ctx: Context,
  { api, forms }: { api: wechat.WechatApi; forms: Readonly<Record<NoticeKind, NoticeForm>> },
): Promise<readonly SyncedNotice[]> {
  const templates = await api.templates.list();
  const bindings: Record<string, { templateId: string; keys: Record<string, string> }> = {};
  const synced = NOTICE_KINDS.map((kind) => {
    const { title, fields } = forms[kind];
    const template = templates.find((candidate) => candidate.title === title);
    const keys = new Map(template?.fields.map(({ label, key }) => [label, key]));
    const missing = Object.keys(fields).filter((label) => !keys.has(label));
    if (template && missing.length === 0) {
      bindings[kind] = { templateId: template.templateId, keys: Object.fromEntries(keys) };
    }
    return { kind, title, templateId: template?.templateId ?? null, missing };
  });
  await settings.change(ctx, 'notices', { bindings });
  return synced;
}

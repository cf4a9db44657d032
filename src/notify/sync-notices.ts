import { DAY_MS } from '../kernel/business-day.ts';
import type { Context } from '../kernel/context.ts';
import * as settings from '../loyalty/settings/index.ts';
import type * as wechat from '../wechat/index.ts';
import { sendingOf } from './channels/channel.ts';
import { STOPPED } from './channels/way.ts';
import { NOTICE_KINDS, type NoticeKind, NoticeModel } from './notice.model.ts';
import type { NoticeForm } from './notice-forms.ts';
import type { NoticeSender } from './notice-sender.ts';
import { LASTING, resumeNotices } from './notice-stops.ts';

export interface SyncedNotice {
  readonly kind: NoticeKind;
  readonly title: string;
  /** The account's template, or null when none has this title. */
  readonly templateId: string | null;
  /** Labels that the account's template does not have. */
  readonly missing: readonly string[];
}

type Bindings = Record<string, { templateId: string; keys: Record<string, string> }>;

/** Why a notice could not go out that may go out now: its template had changed, its kind was stopped. */
const FOR_ITS_TEMPLATE = [STOPPED, 'errcode 47003', ...LASTING];

/**
 * Matches the account's templates with ours, first by title, then each label to its key, and stores
 * what was found in the setting `notices`, for subscription notices as well where the account has
 * them. What is not bound is skipped when it is due. Kinds that had been stopped are tried again, and
 * notices of the last day that failed for it wait again.
 */
export async function syncNotices(
  ctx: Context,
  { api, forms, subscriptionForms }: Pick<NoticeSender, 'api' | 'forms' | 'subscriptionForms'>,
): Promise<readonly SyncedNotice[]> {
  const templates = await api.templates.list();
  const bindings: Bindings = {};
  const synced = NOTICE_KINDS.map((kind) => {
    const { bound, ...found } = match(forms[kind], templates);
    if (bound) bindings[kind] = bound;
    return { kind, ...found };
  });
  const subscriptions = await subscriptionBindings(ctx, { api, subscriptionForms });
  await settings.change(ctx, 'notices', { bindings, ...(subscriptions ? { subscriptions } : {}) });
  await tryAgain(ctx);
  return synced;
}

/** Null when the account has none, or does not say: what was bound stays. */
async function subscriptionBindings(
  ctx: Context,
  { api, subscriptionForms }: Pick<NoticeSender, 'api' | 'subscriptionForms'>,
): Promise<Bindings | null> {
  const templates = await api.subscriptions.list().catch((error: unknown) => {
    ctx.log.warn({ sending: sendingOf(error) }, 'subscription templates not listed');
    return null;
  });
  if (!templates) return null;
  const bindings: Bindings = {};
  for (const [kind, form] of Object.entries(subscriptionForms)) {
    const { bound } = match(form, templates);
    if (bound) bindings[kind] = bound;
  }
  return bindings;
}

function match({ title, fields }: NoticeForm, templates: readonly wechat.Template[]) {
  const template = templates.find((candidate) => candidate.title === title);
  const keys = new Map(template?.fields.map(({ label, key }) => [label, key]));
  const missing = Object.keys(fields).filter((label) => !keys.has(label));
  const { templateId = null } = template ?? {};
  const isBound = templateId !== null && missing.length === 0;
  const bound = isBound ? { templateId, keys: Object.fromEntries(keys) } : null;
  return { title, templateId, missing, bound };
}

async function tryAgain(ctx: Context): Promise<void> {
  await resumeNotices(ctx);
  await NoticeModel.updateMany(
    {
      status: { $in: ['failed', 'skipped'] },
      because: { $in: FOR_ITS_TEMPLATE },
      dueAt: { $gte: new Date(ctx.now.getTime() - DAY_MS) },
    },
    { $set: { status: 'waiting', dueAt: ctx.now }, $unset: { because: '' } },
  );
}

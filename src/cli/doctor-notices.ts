import type { Core } from '../core.ts';
import * as settings from '../loyalty/settings/index.ts';
import * as notify from '../notify/index.ts';
import type * as wechat from '../wechat/index.ts';
import type { Say } from '../wording/index.ts';
import { type Finding, fine, wrong } from './doctor-check.ts';

/** A kind of notice, and what its template is like now. */
interface Bound {
  readonly kind: string;
  readonly state: 'unbound' | '40037' | 'fields' | 'ok';
}

/** Whether each notice has a template that the account still has, with the fields it had. */
export async function noticeTemplates(
  core: Core,
  { api, say }: { readonly api: wechat.WechatApi; readonly say: Say },
): Promise<Finding> {
  const ctx = core.contextOf('doctor');
  const { bindings } = await settings.read(ctx, 'notices');
  const templates = await api.templates.list();
  const all = Object.keys(core.sender.forms).map((kind): Bound => {
    const binding = bindings[kind];
    return { kind, state: binding ? stateOf(binding, templates) : 'unbound' };
  });
  const stopped = await notify.stoppedNotices(ctx);
  const problems = (['unbound', '40037', 'fields'] as const).flatMap((state) => {
    const names = all.filter((one) => one.state === state).map(({ kind }) => kind);
    return names.length > 0 ? [say(`doctor.notices.${state}`, { names: names.join(', ') })] : [];
  });
  if (stopped.length > 0) {
    const names = stopped.map(({ kind, channel, because }) => `${kind}/${channel} ${because}`);
    problems.push(say('doctor.notices.stopped', { names: names.join(', ') }));
  }
  return problems.length > 0 ? wrong(problems.join('\n')) : fine(say('doctor.notices.ok'));
}

function stateOf(
  { templateId, keys }: { readonly templateId: string; readonly keys: Record<string, string> },
  templates: readonly wechat.Template[],
): Bound['state'] {
  const template = templates.find((one) => one.templateId === templateId);
  if (!template) return '40037';
  const known = new Map(template.fields.map(({ label, key }) => [label, key]));
  const isSame = Object.entries(keys).every(([label, key]) => known.get(label) === key);
  return isSame ? 'ok' : 'fields';
}

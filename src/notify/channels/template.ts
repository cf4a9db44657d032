import type { Context } from '../../kernel/context.ts';
import * as settings from '../../loyalty/settings/index.ts';
import { isOrderUpdate, NOTICE_KINDS, type NoticeKind } from '../notice.model.ts';
import { filledForm } from '../notice-forms.ts';
import { type Sending, sendingOf } from './channel.ts';
import { dedupeIdOf } from './dedupe-id.ts';
import {
  type Letter,
  notBefore,
  notThisWay,
  type Prepared,
  type Round,
  stopped,
  type Way,
  wrong,
} from './way.ts';

/** The platform knows an id for ten minutes; some of them pass on the way. */
export const TEMPLATE_REPEATABLE_MS = 8 * 60_000;
const DAY_QUOTA_USED_UP = 'errcode 45009';

/** Template messages: facts that the member caused, never advertisements (reference 5.3). */
export const templateWay: Way = {
  repeatableMs: TEMPLATE_REPEATABLE_MS,

  async prepare(ctx, letter, round) {
    const { sender, quota } = round;
    const kind = templateKind(letter);
    const { bindings } = await settings.read(ctx, 'notices');
    const binding = kind && bindings[kind];
    if (!kind || !binding) return notThisWay('not-bound');
    const closed = stopped(ctx, round, { channel: 'template', kind });
    if (closed) return closed;
    const form = sender.forms[kind];
    const filled = filledForm(form, letter.content.values, binding.keys);
    if ('problem' in filled) return wrong(filled.problem);
    const opensAt = await quota.take(ctx, 'template', isOrderUpdate(kind));
    if (opensAt) return notBefore(ctx, opensAt, 'quota');
    const clientMsgId = dedupeIdOf(letter.notice);
    const message = {
      openId: letter.openId,
      templateId: binding.templateId,
      data: filled.data,
      clientMsgId,
      ...(form.link === undefined ? {} : { url: sender.linkTo(form.link) }),
    };
    const send = () => sender.api.templates.send(message).then(sentAs, sendingOf);
    return ready(ctx, { clientMsgId, send, quota });
  },
};

interface ToSend extends Pick<Round, 'quota'> {
  readonly clientMsgId: string;
  readonly send: () => Promise<Sending>;
}

function ready(ctx: Context, { clientMsgId, send, quota }: ToSend): Prepared {
  return {
    ready: true,
    dedupeId: clientMsgId,
    async send() {
      const sending = await send();
      if (sending.outcome !== 'put-off' || sending.because !== DAY_QUOTA_USED_UP) return sending;
      const until = await quota.close(ctx, 'template');
      return { ...sending, waitMs: until.getTime() - ctx.now.getTime() };
    },
  };
}

function sentAs({ msgId }: { readonly msgId: string }): Sending {
  return { outcome: 'sent', msgId };
}

function templateKind({ notice }: Letter): NoticeKind | undefined {
  return NOTICE_KINDS.find((kind) => kind === notice.kind);
}

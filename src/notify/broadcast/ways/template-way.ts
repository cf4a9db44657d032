import * as wechat from '../../../wechat/index.ts';
import { type Sending, sendingOf } from '../../channels/channel.ts';
import { marketingWordIn } from '../marketing-words.ts';
import type { PlanOf } from '../plan.ts';
import type { Way } from './way.ts';

const BATCH = 100;
/** The platform knows a `client_msg_id` for ten minutes; its clock is not ours (reference 5.3). */
const KNOWN_FOR_MS = 9 * 60_000;

/** Template messages, each about an entry or an order of its own member. */
export function templateWay({ content }: PlanOf<'template'>, { templates }: wechat.WechatApi): Way {
  const { templateId, url } = content;
  return {
    unit: 'each',
    sizeMin: 1,
    sizeMax: BATCH,
    knownForMs: KNOWN_FOR_MS,
    isPush: true,
    async send(_ctx, { dedupeId: clientMsgId, people: [somebody] }) {
      const filled = filledRow(content.data, somebody?.row?.facts ?? {});
      if ('problem' in filled) return { outcome: 'failed', because: filled.problem, stop: false };
      const openId = somebody?.openId ?? '';
      const message = { openId, templateId, data: filled.data, clientMsgId };
      return templates.send(url === undefined ? message : { ...message, url }).then(
        ({ msgId }): Sending => ({ outcome: 'sent', msgId }),
        (error: unknown) => sendingOf(error),
      );
    },
  };
}

/** The values with the row's facts in them, or why the platform would refuse one (47003). */
function filledRow(
  values: Readonly<Record<string, string>>,
  facts: Readonly<Record<string, string>>,
): { readonly data: Record<string, string> } | { readonly problem: string } {
  const data: Record<string, string> = {};
  for (const [key, value] of Object.entries(values)) {
    const text = value.replace(/\{(\w+)\}/g, (_, name: string) => facts[name] ?? '');
    const problem = wechat.checkTemplateField(key.replace(/\d+$/, ''), text);
    if (problem) return { problem: `${key} ${problem}` };
    if (marketingWordIn(text)) return { problem: `${key} marketing` };
    data[key] = text;
  }
  return { data };
}

import { z } from 'zod';
import type { AccessToken } from './access-token.ts';
import { WechatError } from './api-errors.ts';
import { callWechat } from './call-wechat.ts';
import { writable } from './clean-text.ts';
import { type Menu, menuJson } from './menu.ts';
import { type Template, templateFields } from './template-message.ts';

/** One template message, for one follower. */
export interface TemplateMessage {
  readonly openId: string;
  readonly templateId: string;
  /** Where a tap leads; without it the message cannot be tapped. */
  readonly url?: string;
  /** Values by key, `thing1`; check them before with `checkTemplateField`. */
  readonly data: Readonly<Record<string, string>>;
  /** The same within ten minutes is sent once; at most 32 of `A-Z a-z 0-9 _ -`. */
  readonly clientMsgId: string;
}

/**
 * The calls of the Official Account API that this service makes. Each refreshes a refused token once
 * and tries again once. @throws WechatError with its advice; RemoteError when there was no answer
 */
export interface WechatApi {
  /** Sends a customer message, cut at 2,048 bytes; only inside its window (reference 5.5). */
  sendText(openId: string, text: string): Promise<void>;
  /** Accepted is not delivered: the result comes as `template-result` (reference 5.3). */
  sendTemplate(message: TemplateMessage): Promise<{ msgId: string }>;
  /** The templates of the account, with the fields that their content names (reference 5.2). */
  listTemplates(): Promise<readonly Template[]>;
  /** Replaces the whole menu. @throws DomainError MENU_INVALID before anything is sent */
  createMenu(menu: Menu): Promise<void>;
}

const nothing = z.object({}).transform(() => undefined);
const sent = z.object({ msgid: z.union([z.string(), z.number()]).transform(String) });
const templates = z.object({
  template_list: z.array(
    z.object({ template_id: z.string(), title: z.string(), content: z.string() }),
  ),
});

/** Makes the client of the API at `baseUrl` (it ends in `/`). */
export function wechatApi({
  baseUrl,
  token,
}: {
  readonly baseUrl: URL;
  readonly token: AccessToken;
}): WechatApi {
  const call: Call = async (path, answer, json) => {
    const once = (accessToken: string) => {
      const url = new URL(path, baseUrl);
      url.searchParams.set('access_token', accessToken);
      return callWechat({ url, answer, ...(json === undefined ? {} : { json }) });
    };
    const used = await token.current();
    return once(used).catch(async (error: unknown) => {
      if (!(error instanceof WechatError) || error.advice !== 'token') throw error;
      return once(await token.refreshed(used));
    });
  };

  return {
    async sendText(openId, text) {
      const json = { touser: openId, msgtype: 'text', text: { content: writable(text) } };
      await call('cgi-bin/message/custom/send', nothing, json);
    },
    async sendTemplate(message) {
      const json = templateJson(message);
      const { msgid } = await call('cgi-bin/message/template/send', sent, json);
      return { msgId: msgid };
    },
    async listTemplates() {
      const { template_list } = await call('cgi-bin/template/get_all_private_template', templates);
      return template_list.map(({ template_id, title, content }) => ({
        templateId: template_id,
        title,
        fields: templateFields(content),
      }));
    },
    async createMenu(menu) {
      await call('cgi-bin/menu/create', nothing, menuJson(menu));
    },
  };
}

type Call = <Answer>(path: string, answer: z.ZodType<Answer>, json?: unknown) => Promise<Answer>;

function templateJson({ openId, templateId, url, data, clientMsgId }: TemplateMessage) {
  const values = Object.entries(data).map(([key, value]) => [key, { value }] as const);
  return {
    touser: openId,
    template_id: templateId,
    ...(url === undefined ? {} : { url }),
    client_msg_id: clientMsgId,
    data: Object.fromEntries(values),
  };
}

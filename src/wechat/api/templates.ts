import { z } from 'zod';
import { type Template, templateFields } from '../template-message.ts';
import { idNumber, idText, nothing } from './answers.ts';
import { type BlockedMessage, blockedMessages } from './blocked-messages.ts';
import type { Caller } from './caller.ts';
import { type FilledTemplate, filledTemplateJson } from './filled-template.ts';
import { requireValid } from './require-valid.ts';

const INVALID = 'TEMPLATE_INVALID';
const INDUSTRY_MAX = 41;
const BLOCKED_MAX = 100;

/** One template message, for one follower. */
export interface TemplateMessage extends FilledTemplate {
  /** Where a tap leads; with neither it nor a mini program the message cannot be tapped. */
  readonly url?: string;
  /** The same within ten minutes is sent once; at most 32 of `A-Z a-z 0-9 _ -`. */
  readonly clientMsgId: string;
}

export interface Industry {
  /** 'IT科技', and within it '互联网|电子商务'. */
  readonly firstClass: string;
  readonly secondClass: string;
}

/** Template messages and the templates they fill (reference 5.2, 5.3). */
export interface Templates {
  industry(): Promise<{ readonly primary: Industry; readonly secondary: Industry | null }>;
  /** Once a month; takes away the templates of the old ones. Ids 1 to 41. */
  setIndustry(ids: { readonly primary: number; readonly secondary: number }): Promise<void>;
  /**
   * Adds a template of the library, 25 at most; a numeric id is one of the category library and
   * needs its keywords in their order.
   * @returns the template's id. @throws DomainError TEMPLATE_INVALID without them
   */
  add(shortId: string, keywords?: readonly string[]): Promise<string>;
  /** The templates of the account, with the fields that their content names. */
  list(): Promise<readonly Template[]>;
  delete(templateId: string): Promise<void>;
  /** Accepted is not delivered: the result comes as `template-result`. */
  send(message: TemplateMessage): Promise<{ readonly msgId: string }>;
  /** Up to a hundred messages that the platform blocked, after the one with the id `after`. */
  blocked(templateId: string, after?: string): Promise<readonly BlockedMessage[]>;
}

const industry = z
  .object({ first_class: z.string(), second_class: z.string() })
  .transform((given) => ({ firstClass: given.first_class, secondClass: given.second_class }));
const industries = z.object({
  primary_industry: industry,
  secondary_industry: industry.optional(),
});
const added = z.object({ template_id: z.string() });
const sent = z.object({ msgid: idText });
const listed = z.object({
  template_list: z.array(
    z.object({ template_id: z.string(), title: z.string(), content: z.string() }),
  ),
});

export function templates(caller: Caller): Templates {
  return {
    async industry() {
      const path = 'cgi-bin/template/get_industry';
      const given = await caller.call({ path, answer: industries, repeatable: true });
      return { primary: given.primary_industry, secondary: given.secondary_industry ?? null };
    },
    async setIndustry({ primary, secondary }) {
      for (const id of [primary, secondary]) {
        requireValid(
          id >= 1 && id <= INDUSTRY_MAX,
          INVALID,
          'an industry is a number from 1 to 41',
        );
      }
      const json = { industry_id1: String(primary), industry_id2: String(secondary) };
      await caller.call({ path: 'cgi-bin/template/api_set_industry', json, answer: nothing });
    },
    async add(shortId, keywords = []) {
      const isCategory = /^\d+$/.test(shortId);
      requireValid(!isCategory || keywords.length > 0, INVALID, 'a category template has keywords');
      const json = { template_id_short: shortId, keyword_name_list: keywords };
      const path = 'cgi-bin/template/api_add_template';
      return (await caller.call({ path, json, answer: added })).template_id;
    },
    async list() {
      const path = 'cgi-bin/template/get_all_private_template';
      const { template_list } = await caller.call({ path, answer: listed, repeatable: true });
      return template_list.map(({ template_id, title, content }) => ({
        templateId: template_id,
        title,
        fields: templateFields(content),
      }));
    },
    async delete(templateId) {
      const json = { template_id: templateId };
      await caller.call({ path: 'cgi-bin/template/del_private_template', json, answer: nothing });
    },
    async send(message) {
      const { url, clientMsgId } = message;
      const json = {
        ...filledTemplateJson(message),
        ...(url === undefined ? {} : { url }),
        client_msg_id: clientMsgId,
      };
      const path = 'cgi-bin/message/template/send';
      return { msgId: (await caller.call({ path, json, answer: sent, repeatable: true })).msgid };
    },
    blocked(templateId, after = '0') {
      const json = { tmpl_msg_id: templateId, largest_id: idNumber(after), limit: BLOCKED_MAX };
      const path = 'wxa/sec/queryblocktmplmsg';
      return caller.call({ path, json, answer: blockedMessages, repeatable: true });
    },
  };
}

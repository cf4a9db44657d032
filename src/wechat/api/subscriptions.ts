import { z } from 'zod';
import { templateFields } from '../template-message.ts';
import { idText, nothing } from './answers.ts';
import type { Caller } from './caller.ts';
import { type FilledTemplate, filledTemplateJson } from './filled-template.ts';
import { type OneTimeMessage, oneTimeMessageJson } from './one-time-message.ts';
import {
  type SubscriptionAnswer,
  type SubscriptionQuestion,
  subscriptionAnswer,
  subscriptionPage,
} from './one-time-subscription.ts';
import { requireValid } from './require-valid.ts';
import {
  type SubscriptionKeyword,
  type SubscriptionTemplate,
  type SubscriptionTitle,
  subscriptionKeywords,
  subscriptionTemplates,
  subscriptionTitles,
} from './subscription-library.ts';

const INVALID = 'SUBSCRIPTION_INVALID';
const TITLES_MAX = 30;
const KEYWORDS = { min: 2, max: 5 };
const SCENE_CHARACTERS = 15;

/** A notice that somebody has agreed to; each agreement is worth one (reference 5.4). */
export interface SubscriptionNotice extends FilledTemplate {
  /** Where a tap leads. */
  readonly page?: string;
  readonly clientMsgId?: string;
}

/** Subscription notices, and the older one-time subscription (reference 5.4). */
export interface Subscriptions {
  /** The service categories of the account. */
  categories(): Promise<readonly { readonly id: string; readonly name: string }[]>;
  /** Up to thirty of the library's templates in these categories. */
  titles(page: {
    readonly categoryIds: readonly string[];
    readonly start: number;
  }): Promise<{ readonly count: number; readonly titles: readonly SubscriptionTitle[] }>;
  keywords(titleId: string): Promise<readonly SubscriptionKeyword[]>;
  /** @returns the template's id. @throws DomainError SUBSCRIPTION_INVALID */
  add(template: {
    readonly titleId: string;
    /** Two to five, in the order in which they are shown. */
    readonly keywordIds: readonly number[];
    /** What it is for, in at most 15 characters. */
    readonly scene: string;
  }): Promise<string>;
  list(): Promise<readonly SubscriptionTemplate[]>;
  delete(templateId: string): Promise<void>;
  /** Sends one. @throws WechatError 43101 when nothing is left of what they agreed to */
  send(notice: SubscriptionNotice): Promise<void>;
  /** The page that asks somebody for a one-time subscription. @throws DomainError SUBSCRIPTION_INVALID */
  questionPage(question: SubscriptionQuestion): string;
  /**
   * What the page brought back in the query; compare its `reserved` before believing it. Null when
   * it is no answer.
   */
  answerOf(query: Readonly<Record<string, string | undefined>>): SubscriptionAnswer | null;
  /** Sends the one message of a one-time subscription. @throws DomainError SUBSCRIPTION_INVALID */
  sendOneTime(message: OneTimeMessage): Promise<void>;
}

const categories = z.object({ data: z.array(z.object({ id: idText, name: z.string() })) });
const added = z.object({ priTmplId: z.string() });

export function subscriptions(caller: Caller, appId: string): Subscriptions {
  return {
    questionPage: (question) => subscriptionPage(appId, question),
    answerOf: subscriptionAnswer,
    async categories() {
      const path = 'wxaapi/newtmpl/getcategory';
      return (await caller.call({ path, answer: categories, repeatable: true })).data;
    },
    titles({ categoryIds, start }) {
      const query = { ids: categoryIds.join(','), start: String(start), limit: String(TITLES_MAX) };
      const path = 'wxaapi/newtmpl/getpubtemplatetitles';
      return caller.call({ path, query, answer: subscriptionTitles, repeatable: true });
    },
    keywords(titleId) {
      const path = 'wxaapi/newtmpl/getpubtemplatekeywords';
      const query = { tid: titleId };
      return caller.call({ path, query, answer: subscriptionKeywords, repeatable: true });
    },
    async add({ titleId, keywordIds, scene }) {
      const { length } = keywordIds;
      requireValid(
        length >= KEYWORDS.min && length <= KEYWORDS.max,
        INVALID,
        'two to five keywords',
      );
      requireValid(
        [...scene].length <= SCENE_CHARACTERS,
        INVALID,
        'a scene has at most 15 characters',
      );
      const json = { tid: titleId, kidList: keywordIds, sceneDesc: scene };
      const path = 'wxaapi/newtmpl/addtemplate';
      return (await caller.call({ path, json, answer: added })).priTmplId;
    },
    async list() {
      const path = 'wxaapi/newtmpl/gettemplate';
      const found = await caller.call({ path, answer: subscriptionTemplates, repeatable: true });
      return found.map(({ content, ...rest }) => ({ ...rest, fields: templateFields(content) }));
    },
    async delete(templateId) {
      const json = { priTmplId: templateId };
      await caller.call({ path: 'wxaapi/newtmpl/deltemplate', json, answer: nothing });
    },
    async send(notice) {
      const { page, clientMsgId } = notice;
      const json = {
        ...filledTemplateJson(notice),
        ...(page === undefined ? {} : { page }),
        ...(clientMsgId === undefined ? {} : { client_msg_id: clientMsgId }),
      };
      const path = 'cgi-bin/message/subscribe/bizsend';
      const repeatable = clientMsgId !== undefined;
      await caller.call({ path, json, answer: nothing, repeatable });
    },
    async sendOneTime(message) {
      const json = oneTimeMessageJson(message);
      await caller.call({ path: 'cgi-bin/message/template/subscribe', json, answer: nothing });
    },
  };
}

import type { KeyValue } from '../platform/key-value.ts';
import type * as wechat from '../wechat/index.ts';
import type { Catalogue, Language, Say } from '../wording/index.ts';
import type { Mail } from './channels/mail.ts';
import type { Sms } from './channels/sms.ts';
import type { NextContact } from './channels/waiting-line.ts';
import type { NoticeKind } from './notice.model.ts';
import {
  loadNoticeForms,
  loadSubscriptionForms,
  type NoticeForm,
  type SubscribedKind,
} from './notice-forms.ts';

/** Everything that notices are sent with. */
export interface NoticeSender {
  readonly api: wechat.WechatApi;
  readonly forms: Readonly<Record<NoticeKind, NoticeForm>>;
  readonly subscriptionForms: Readonly<Record<SubscribedKind, NoticeForm>>;
  /** The words of template fields. */
  readonly say: Say;
  /** The words of texts, in the member's language. */
  readonly sayIn: (language: Language) => Say;
  /** Windows and counts of the day; they may be lost. */
  readonly keyValue: KeyValue;
  readonly nextContact: NextContact;
  /** The whole address of a page of ours, `/h5/rules`. */
  readonly linkTo: (path: string) => string;
  /** Where a gateway is configured. */
  readonly sms?: Pick<Sms, 'send'>;
  /** Where a mail server is configured. No member has an address for it; broadcasts may. */
  readonly mail?: Pick<Mail, 'send'>;
}

/** What `noticeSender` is made of; the forms of notices are read from templates/notices. */
export type NoticeSenderParts = Pick<
  NoticeSender,
  'api' | 'keyValue' | 'nextContact' | 'linkTo' | 'sms' | 'mail'
> & { readonly catalogue: Catalogue };

/** Puts together what notices are sent with. @throws Error that names the file for a form that is none */
export function noticeSender({ catalogue, ...parts }: NoticeSenderParts): NoticeSender {
  return {
    ...parts,
    forms: loadNoticeForms(),
    subscriptionForms: loadSubscriptionForms(),
    say: catalogue.say('zh-CN'),
    sayIn: (language) => catalogue.say(language),
  };
}

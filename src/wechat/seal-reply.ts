import { assert } from '../kernel/assert.ts';
import { randomBytes } from '../kernel/random-bytes.ts';
import { sealCipher } from './cipher.ts';
import { cleaned, writable } from './clean-text.ts';
import type { AccountKeys, InboundMessage, Sealing } from './open-envelope.ts';
import { signatureOf } from './signature.ts';

/** The acknowledgement without a reply; encrypted in no mode. */
const NOTHING = 'success';

/** One article; more than one is honoured only after some events (reference 3.1). */
export interface Article {
  readonly title: string;
  readonly description: string;
  readonly picUrl: string;
  readonly url: string;
}

/** What is answered within the five seconds. `none` lets the platform stop asking. */
export type Reply =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'image'; readonly mediaId: string }
  | { readonly type: 'news'; readonly article: Article }
  /** Hands the chat to the people at the desk: to one of them, or to whoever is free. */
  | { readonly type: 'transfer'; readonly account?: string }
  | { readonly type: 'none' };

/**
 * The body that answers a push: XML, encrypted when the push was and with the key that opened it, or
 * `success` (reference 1.5, 3.1). Texts are cleaned of what XML has no place for and cut at 2,048
 * UTF-8 bytes; an empty text is no reply.
 */
export function sealReply(
  keys: AccountKeys,
  message: Pick<InboundMessage, 'toUserName' | 'openId' | 'sealing'>,
  { reply, now }: { readonly reply: Reply; readonly now: Date },
): string {
  const body = bodyOf(reply);
  if (body === null) return NOTHING;
  const seconds = Math.floor(now.getTime() / 1000);
  const to = cdata(message.openId);
  const from = cdata(message.toUserName);
  const xml = `<xml><ToUserName>${to}</ToUserName><FromUserName>${from}</FromUserName><CreateTime>${seconds}</CreateTime>${body}</xml>`;
  return message.sealing.form === 'plain'
    ? xml
    : encrypted(keys, message.sealing, { xml, seconds });
}

function bodyOf(reply: Reply): string | null {
  switch (reply.type) {
    case 'text': {
      const text = writable(reply.text);
      return text === '' ? null : typed('text', `<Content>${cdata(text)}</Content>`);
    }
    case 'image':
      return typed('image', `<Image><MediaId>${cdata(reply.mediaId)}</MediaId></Image>`);
    case 'news':
      return typed('news', `<ArticleCount>1</ArticleCount>${articles(reply.article)}`);
    case 'transfer':
      return typed('transfer_customer_service', desk(reply.account));
    case 'none':
      return null;
  }
}

function typed(type: string, body: string): string {
  return `<MsgType><![CDATA[${type}]]></MsgType>${body}`;
}

function articles({ title, description, picUrl, url }: Article): string {
  const about = `<Title>${cdata(title)}</Title><Description>${cdata(description)}</Description>`;
  const links = `<PicUrl>${cdata(picUrl)}</PicUrl><Url>${cdata(url)}</Url>`;
  return `<Articles><item>${about}${links}</item></Articles>`;
}

function desk(account: string | undefined): string {
  return account ? `<TransInfo><KfAccount>${cdata(account)}</KfAccount></TransInfo>` : '';
}

function cdata(text: string): string {
  return `<![CDATA[${cleaned(text).replaceAll(']]>', ']]]]><![CDATA[>')}]]>`;
}

function encrypted(
  keys: AccountKeys,
  sealing: Sealing & { readonly form: 'encrypted' },
  { xml, seconds }: { readonly xml: string; readonly seconds: number },
): string {
  const aesKey = sealing.with === 'current' ? keys.aesKey : keys.previousAesKey;
  assert(aesKey, 'the key that opened a message seals its reply');
  const sealed = sealCipher(aesKey, { message: xml, appId: keys.appId, random: randomBytes(16) });
  const nonce = cleaned(sealing.nonce);
  const signature = signatureOf([keys.token, String(seconds), nonce, sealed]);
  return `<xml><Encrypt><![CDATA[${sealed}]]></Encrypt><MsgSignature><![CDATA[${signature}]]></MsgSignature><TimeStamp>${seconds}</TimeStamp><Nonce>${cdata(nonce)}</Nonce></xml>`;
}

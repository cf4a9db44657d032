import { createCipheriv, hash, randomBytes } from 'node:crypto';
import { clock } from './clock.ts';

/** The account that is measured with: made up, like everything of it. */
export const ACCOUNT = {
  appId: 'wx0000000000000000',
  token: 'benchtoken',
  aesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG',
  originalId: 'gh_000000000000',
} as const;

/** What the benches encrypt and hash with. */
export const DATA_KEY = Buffer.alloc(32, 7);

export interface Said {
  readonly openId: string;
  readonly text: string;
  /** Seconds; now unless it is said. */
  readonly createTime?: number;
}

let lastMsgId = 24_000_000_000_000_000n + BigInt(clock().getTime()) * 1000n;

/** A whole request as WeChat pushes a text in plain mode, signed now, with an id of its own. */
export function plainPush(said: Said): Buffer {
  const { timestamp, nonce } = stamp();
  const signature = signed([ACCOUNT.token, timestamp, nonce]);
  const query = `signature=${signature}&timestamp=${timestamp}&nonce=${nonce}&openid=${said.openId}`;
  return request(query, xmlOf(said));
}

/** The same in safe mode. */
export function safePush(said: Said): Buffer {
  const { timestamp, nonce } = stamp();
  const sealed = sealedOf(xmlOf(said));
  const signature = signed([ACCOUNT.token, timestamp, nonce]);
  const msgSignature = signed([ACCOUNT.token, timestamp, nonce, sealed]);
  const query = `signature=${signature}&timestamp=${timestamp}&nonce=${nonce}&openid=${said.openId}&encrypt_type=aes&msg_signature=${msgSignature}`;
  return request(
    query,
    `<xml>\n    <ToUserName><![CDATA[${ACCOUNT.originalId}]]></ToUserName>\n    <Encrypt><![CDATA[${sealed}]]></Encrypt>\n</xml>\n`,
  );
}

function stamp(): { timestamp: string; nonce: string } {
  const timestamp = String(Math.floor(clock().getTime() / 1000));
  return { timestamp, nonce: String(randomBytes(4).readUInt32BE()) };
}

function xmlOf({ openId, text, createTime }: Said): string {
  lastMsgId += 1n;
  const seconds = createTime ?? Math.floor(clock().getTime() / 1000);
  return `<xml><ToUserName><![CDATA[${ACCOUNT.originalId}]]></ToUserName>
<FromUserName><![CDATA[${openId}]]></FromUserName>
<CreateTime>${seconds}</CreateTime>
<MsgType><![CDATA[text]]></MsgType>
<Content><![CDATA[${text}]]></Content>
<MsgId>${lastMsgId}</MsgId>
</xml>`;
}

function request(query: string, body: string): Buffer {
  const head = [
    `POST /wechat?${query} HTTP/1.1`,
    'User-Agent: Mozilla/4.0',
    'Accept: */*',
    'Host: 127.0.0.1',
    'Pragma: no-cache',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: Keep-Alive',
    'Content-Type: text/xml',
  ];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`);
}

function signed(parts: readonly string[]): string {
  return hash('sha1', parts.toSorted().join(''));
}

function sealedOf(xml: string): string {
  const key = Buffer.from(`${ACCOUNT.aesKey}=`, 'base64');
  const message = Buffer.from(xml);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(message.length);
  const plain = Buffer.concat([randomBytes(16), length, message, Buffer.from(ACCOUNT.appId)]);
  const padding = 32 - (plain.length % 32);
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  return cipher.update(Buffer.concat([plain, Buffer.alloc(padding, padding)])).toString('base64');
}

import { randomInt } from 'node:crypto';
import { type Account, lockOf } from './account.ts';
import { encrypt, signatureOf } from './cipher.ts';
import { type Field, writeXml } from './xml.ts';

/** One thing the platform tells the service: the same on every try. */
export interface Push {
  readonly openId: string;
  /** 64 bits as text; events have none. */
  readonly msgId: string | null;
  /** Seconds. */
  readonly createTime: number;
  /** Everything after `CreateTime`, in the platform's order. */
  readonly fields: readonly Field[];
}

/** A push as it goes over the line. */
export interface Signed {
  readonly query: Readonly<Record<string, string>>;
  readonly body: string;
  /** The same message without encryption. */
  readonly plain: string;
}

/** Signs a push, and encrypts it as the account's mode says (reference 1.3). */
export function signPush(account: Account, push: Push, now: Date): Signed {
  const common = signedQuery(account, now);
  const query = { ...common, openid: push.openId };
  const fields = envelopeOf(account, push);
  const plain = writeXml(fields);
  const lock = lockOf(account);
  if (!lock) return { query, body: plain, plain };
  const sealed = encrypt(lock, plain);
  const { timestamp, nonce } = common;
  const visible = account.mode === 'safe' ? fields.slice(0, 1) : fields;
  return {
    query: {
      ...query,
      encrypt_type: 'aes',
      msg_signature: signatureOf(account.token, timestamp, nonce, sealed),
    },
    body: writeXml([...visible, ['Encrypt', sealed]]),
    plain,
  };
}

/** What every request of the platform carries (reference 1.2). */
export function signedQuery({ token }: Account, now: Date) {
  const timestamp = String(secondsOf(now));
  const nonce = String(randomInt(100_000_000, 2_000_000_000));
  return { signature: signatureOf(token, timestamp, nonce), timestamp, nonce };
}

/** The platform's whole seconds. */
export function secondsOf(instant: Date): number {
  return Math.floor(instant.getTime() / 1000);
}

function envelopeOf(account: Account, { openId, createTime, fields, msgId }: Push): Field[] {
  const id: Field[] = msgId === null ? [] : [['MsgId', numberIfAny(msgId)]];
  return [
    ['ToUserName', account.originalId],
    ['FromUserName', openId],
    ['CreateTime', createTime],
    ...fields,
    ...id,
  ];
}

function numberIfAny(text: string): bigint | string {
  return /^\d+$/.test(text) ? BigInt(text) : text;
}

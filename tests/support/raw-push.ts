import { encrypt, signatureOf } from '../../src/simulator/line/cipher.ts';
import { secondsOf } from '../../src/simulator/line/push.ts';
import { writeXml } from '../../src/simulator/line/xml.ts';
import type { Programme } from './programme.ts';

/** A request to /wechat, part by part, so that each may be wrong. */
export interface RawPush {
  readonly query: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/** What a text looks like on the line. */
export function textXml(more: Readonly<Record<string, string | bigint>> = {}): string {
  return writeXml(
    Object.entries({
      ToUserName: 'gh_sim_0001',
      FromUserName: 'o_hostile',
      CreateTime: 1_795_000_000n,
      MsgType: 'text',
      Content: '签到',
      MsgId: 7_000_000_000_000_001n,
      ...more,
    }),
  );
}

/** A plain push that is right, but for what is said otherwise. */
export function plainPush(
  programme: Programme,
  { body = textXml(), apartSeconds = 0, token = programme.config.account.token, query = {} }: Wrong,
): RawPush {
  const timestamp = timestampOf(programme, apartSeconds);
  const signature = signatureOf(token, timestamp, NONCE);
  return { body, query: { signature, timestamp, nonce: NONCE, ...query } };
}

/** An encrypted push that is right, but for what is said otherwise. */
export function sealedPush(
  programme: Programme,
  { body = textXml(), apartSeconds = 0, appId, aesKey, token, query = {} }: Wrong & Lock,
): RawPush {
  const { account } = programme.config;
  const lock = { appId: appId ?? account.appId, aesKey: aesKey ?? account.aesKey ?? '' };
  const sealed = encrypt(lock, body.toString());
  const timestamp = timestampOf(programme, apartSeconds);
  const signature = signatureOf(token ?? account.token, timestamp, NONCE, sealed);
  const aes = { encrypt_type: 'aes', msg_signature: signature };
  const fields = { ToUserName: 'gh_sim_0001', Encrypt: sealed };
  return {
    body: writeXml(Object.entries(fields)),
    query: { timestamp, nonce: NONCE, ...aes, ...query },
  };
}

/** Sends it; gives the status and the body of the answer. */
export async function send(
  programme: Programme,
  { query, body }: RawPush,
): Promise<{ status: number; text: string }> {
  const request = { method: 'POST', url: '/wechat', query: { ...query }, payload: body } as const;
  const headers = { 'content-type': 'text/xml' };
  const answer = await programme.app.http.inject({ ...request, headers });
  return { status: answer.statusCode, text: answer.body };
}

interface Wrong {
  readonly body?: string | Buffer;
  readonly apartSeconds?: number;
  readonly token?: string;
  readonly query?: Readonly<Record<string, string>>;
}

interface Lock {
  readonly appId?: string;
  readonly aesKey?: string;
}

const NONCE = '1234567890';

function timestampOf(programme: Programme, apartSeconds: number): string {
  return String(secondsOf(programme.ctx().now) + apartSeconds);
}

import { openCipher } from './cipher.ts';
import { contentOf } from './content-of.ts';
import { dedupeKeyOf } from './dedupe-key.ts';
import { type EnvelopeCode, EnvelopeError } from './envelope-error.ts';
import type { XmlFields } from './field.ts';
import type { Content } from './message.ts';
import { isSameSignature, signatureOf } from './signature.ts';
import { parseXml } from './xml.ts';

const BODY_BYTES_MAX = 64 * 1024;

/** What the account's page in the console holds, and how old a push may be. */
export interface AccountKeys {
  readonly appId: string;
  readonly token: string;
  readonly mode: 'plain' | 'compatible' | 'safe';
  /** EncodingAESKey, 43 characters. */
  readonly aesKey: string | null;
  /** The key before it: messages encrypted with it are still opened, and answered with it. */
  readonly previousAesKey: string | null;
  /** How far a push's timestamp may be from the clock, in both directions; 0 switches it off. */
  readonly toleranceSeconds: number;
}

/** The parameters of the request's query. A parameter that comes twice is refused. */
export type PushQuery = Readonly<Record<string, unknown>>;

/** What is pushed: the body, byte for byte, and when it came in by the service's clock. */
export interface Push {
  readonly body: Uint8Array;
  readonly now: Date;
}

/** How the answer has to be sealed. Holds no secret. */
export type Sealing =
  | { readonly form: 'plain' }
  | { readonly form: 'encrypted'; readonly with: 'current' | 'previous'; readonly nonce: string };

/** A push that was proved to come from WeChat (in plain mode: from someone who knows the token). */
export interface InboundMessage {
  /** The account's original id, `gh_…`. */
  readonly toUserName: string;
  readonly openId: string;
  /** CreateTime: the same on every retry. */
  readonly sentAt: Date;
  /** 64 bits, so it stays text; events have none. */
  readonly msgId: string | null;
  /**
   * The same on every retry, and of one account: the reply is kept as
   * `reply:<toUserName>:<dedupeKey>`. An event's has the open id in it (reference 3.3).
   */
  readonly dedupeKey: string;
  readonly content: Content;
  readonly sealing: Sealing;
}

/**
 * The answer to WeChat's GET: `echostr`, to be sent verbatim as text/plain (reference 1.2).
 * @throws EnvelopeError QUERY_INVALID, SIGNATURE_WRONG
 */
export function checkEcho(keys: AccountKeys, query: PushQuery): string {
  const names = ['signature', 'timestamp', 'nonce', 'echostr'];
  if (names.some((name) => parameter(query, name) === '')) throw new EnvelopeError('QUERY_INVALID');
  checkSignature(parameter(query, 'signature'), signedParts(keys, query));
  return parameter(query, 'echostr');
}

/**
 * Proves and reads a push (reference 1.3 to 1.6, 2). Null: well signed, but its root element is none
 * that is known; answer `success`.
 * @throws EnvelopeError with one of its codes, and nothing else
 */
export function openEnvelope(
  keys: AccountKeys,
  query: PushQuery,
  { body, now }: Push,
): InboundMessage | null {
  if (body.length > BODY_BYTES_MAX) throw new EnvelopeError('BODY_TOO_LARGE');
  const request = { query, body, now };
  return isEncrypted(keys, query) ? openEncrypted(keys, request) : openPlain(keys, request);
}

type Request = Push & { readonly query: PushQuery };

/** Safe mode decides by the mode alone, so nobody can ask for less. */
function isEncrypted({ mode }: AccountKeys, query: PushQuery): boolean {
  const type = parameter(query, 'encrypt_type');
  if (mode === 'safe' || type === 'aes') return true;
  if (type === '' || type === 'raw') return false;
  throw new EnvelopeError('QUERY_INVALID');
}

function openPlain(keys: AccountKeys, request: Request): InboundMessage | null {
  checkSignature(parameter(request.query, 'signature'), signedParts(keys, request.query));
  checkAge(keys, request);
  return messageOf(request.body, { form: 'plain' });
}

function openEncrypted(keys: AccountKeys, request: Request): InboundMessage | null {
  if (!keys.aesKey) throw new EnvelopeError('CIPHER_KEY_MISSING');
  const encrypted = parseXml(request.body).fields.Encrypt;
  const trimmed = typeof encrypted === 'string' ? encrypted.trim() : '';
  if (!trimmed) throw new EnvelopeError('DOWNGRADE_REFUSED');
  const parts = [...signedParts(keys, request.query), trimmed];
  checkSignature(parameter(request.query, 'msg_signature'), parts);
  checkAge(keys, request);
  const { message, key } = decrypted(keys, trimmed);
  const nonce = parameter(request.query, 'nonce');
  return messageOf(message, { form: 'encrypted', with: key, nonce });
}

function decrypted(keys: AccountKeys, encrypted: string) {
  let code: EnvelopeCode = 'CIPHER_INVALID';
  for (const key of ['current', 'previous'] as const) {
    const aesKey = key === 'current' ? keys.aesKey : keys.previousAesKey;
    const opened = aesKey ? openCipher(aesKey, encrypted) : null;
    if (opened?.appId === keys.appId) return { message: opened.message, key };
    if (opened) code = 'APP_ID_FOREIGN';
  }
  throw new EnvelopeError(code);
}

function messageOf(xml: Uint8Array, sealing: Sealing): InboundMessage | null {
  const { root, fields, isFlat } = parseXml(xml);
  if (root !== 'xml') return null;
  if (!isFlat) mustBeSingle(fields);
  const openId = required(fields, 'FromUserName');
  const createTime = required(fields, 'CreateTime');
  const msgType = required(fields, 'MsgType');
  if (!/^\d{1,12}$/.test(createTime)) throw new EnvelopeError('ENVELOPE_INVALID');
  if (msgType === 'event') required(fields, 'Event');
  const msgId = optional(fields, 'MsgId');
  return {
    toUserName: required(fields, 'ToUserName'),
    openId,
    sentAt: new Date(Number(createTime) * 1000),
    msgId,
    dedupeKey: dedupeKeyOf({ fields, openId, createTime, msgId }),
    content: contentOf(fields),
    sealing,
  };
}

/** A text that comes twice says two things; only groups of fields may be several (reference 2.3). */
function mustBeSingle(fields: XmlFields): void {
  for (const name in fields) {
    const value = fields[name];
    if (Array.isArray(value) && value.some((one) => typeof one === 'string')) {
      throw new EnvelopeError('ENVELOPE_INVALID');
    }
  }
}

function signedParts({ token }: AccountKeys, query: PushQuery): readonly string[] {
  return [token, parameter(query, 'timestamp'), parameter(query, 'nonce')];
}

function checkSignature(given: string, parts: readonly string[]): void {
  if (!isSameSignature(signatureOf(parts), given)) throw new EnvelopeError('SIGNATURE_WRONG');
}

function checkAge({ toleranceSeconds }: AccountKeys, { query, now }: Request): void {
  if (toleranceSeconds === 0) return;
  const timestamp = parameter(query, 'timestamp');
  const age = Math.abs(now.getTime() / 1000 - Number(timestamp));
  if (!/^\d+$/.test(timestamp) || age > toleranceSeconds)
    throw new EnvelopeError('TIMESTAMP_STALE');
}

function parameter(query: PushQuery, name: string): string {
  const value = query[name];
  if (value === undefined) return '';
  if (typeof value === 'string') return value;
  throw new EnvelopeError('QUERY_INVALID');
}

function required(fields: XmlFields, name: string): string {
  const value = optional(fields, name);
  if (value === null) throw new EnvelopeError('ENVELOPE_INVALID');
  return value;
}

/** Null when it is missing or empty; a field that comes twice is refused. */
function optional(fields: XmlFields, name: string): string | null {
  const value = fields[name];
  if (value === undefined) return null;
  if (typeof value !== 'string') throw new EnvelopeError('ENVELOPE_INVALID');
  return value.trim() || null;
}

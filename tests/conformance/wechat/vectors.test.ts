import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { openCipher, sealCipher } from '../../../src/wechat/cipher.ts';
import { checkEcho, openEnvelope } from '../../../src/wechat/index.ts';
import { isSameSignature, signatureOf } from '../../../src/wechat/signature.ts';

interface Vector {
  readonly id: string;
  readonly kind: 'decrypt' | 'encrypt' | 'signature' | 'reject';
  readonly token: string | null;
  readonly encodingAESKey: string | null;
  readonly appid: string | null;
  readonly timestamp?: string;
  readonly nonce?: string;
  readonly signature?: string;
  readonly msgSignature?: string;
  readonly encrypt?: string;
  readonly random?: string;
  readonly plaintext?: string;
  readonly expectContains?: string | readonly string[];
  readonly body?: string;
  readonly echostr?: string;
}

const file = new URL('vectors.json', import.meta.url);
const vectors: readonly Vector[] = JSON.parse(readFileSync(file, 'utf8')).vectors;
const of = (kind: Vector['kind']) => vectors.filter((vector) => vector.kind === kind);

function given<Value>(value: Value | null | undefined): Value {
  if (value === null || value === undefined) throw new Error('the vector lacks a value');
  return value;
}

function partsOf({ token, timestamp, nonce }: Vector): string[] {
  return [given(token), given(timestamp), given(nonce)];
}

function keysOf(vector: Vector, mode: 'plain' | 'compatible' | 'safe') {
  return {
    appId: vector.appid ?? 'wx0',
    token: given(vector.token),
    mode,
    aesKey: vector.encodingAESKey,
    previousAesKey: null,
    toleranceSeconds: 0,
  };
}

/** The push that carried this ciphertext, in the form of safe mode. */
function push(vector: Vector) {
  const { timestamp, nonce, msgSignature, encrypt, body } = vector;
  const xml =
    body ??
    `<xml><ToUserName><![CDATA[gh_0]]></ToUserName><Encrypt><![CDATA[${encrypt}]]></Encrypt></xml>`;
  const query = { timestamp, nonce, msg_signature: msgSignature, encrypt_type: 'aes' };
  return [query, { body: Buffer.from(xml), now: new Date(0) }] as const;
}

test('there are 27 vectors', () => {
  expect(vectors).toHaveLength(27);
});

test.each(vectors.filter(({ signature }) => signature))('$id: its signature is right', (vector) => {
  expect(isSameSignature(signatureOf(partsOf(vector)), given(vector.signature))).toBe(true);
});

const signed = vectors.filter(({ kind, msgSignature }) => msgSignature && kind !== 'reject');

test.each(signed)('$id: its msg_signature is right', (vector) => {
  const expected = signatureOf([...partsOf(vector), given(vector.encrypt)]);
  expect(isSameSignature(expected, given(vector.msgSignature))).toBe(true);
});

describe.each(of('decrypt'))('$id', (vector) => {
  test('is opened by its key, for its app id', () => {
    const opened = openCipher(given(vector.encodingAESKey), given(vector.encrypt));
    expect(opened?.appId).toBe(vector.appid);
    const text = given(opened).message.toString('utf8');
    if (vector.plaintext) expect(text).toBe(vector.plaintext);
    for (const part of [vector.expectContains ?? []].flat()) expect(text).toContain(part);
  });
});

test.each(of('encrypt'))('$id: comes out exactly as recorded', (vector) => {
  const sealed = sealCipher(given(vector.encodingAESKey), {
    message: given(vector.plaintext),
    appId: given(vector.appid),
    random: Buffer.from(given(vector.random), 'latin1'),
  });
  expect(sealed).toBe(vector.encrypt);
});

test.each(of('reject'))('$id: is refused', (vector) => {
  expect(() => openEnvelope(keysOf(vector, 'safe'), ...push(vector))).toThrowError(
    expect.objectContaining({ code: 'SIGNATURE_WRONG', kind: 'forbidden' }),
  );
});

test.each(of('signature').filter(({ echostr }) => echostr))('$id: echoes', (vector) => {
  const { signature, timestamp, nonce, echostr } = vector;
  const query = { signature, timestamp, nonce, echostr };
  expect(checkEcho(keysOf(vector, 'safe'), query)).toBe(echostr);
});

const pushed = of('decrypt').filter(({ body }) => body);

test.each(pushed)('$id: opens from the request to the message', (vector) => {
  for (const mode of ['compatible', 'safe'] as const) {
    const message = openEnvelope(keysOf(vector, mode), ...push(vector));
    expect(message?.sealing).toMatchObject({ form: 'encrypted', with: 'current' });
    expect(message?.msgId).toMatch(/^\d{19}$/);
  }
});

describe('the reference, 1.7 (b)', () => {
  const aesKey = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG';
  const parts = ['testtoken', '1700000000', '123456789'];
  const message = '<xml><Content><![CDATA[签到]]></Content></xml>';
  const encrypted =
    'Q3stYC6hdFzMh9T8HCvyDMwQK6xyeRZ7UnuZsYfP7/6gLhS3DyLyfj73J40iGQX9DfXpaG4UCHaVWXHNrURV7mNITTAVwSt+hgeYFoiSPcQsuHY9ZV9QMgl3d5gnSzV2';

  test('signs a query and a ciphertext', () => {
    expect(signatureOf(parts)).toBe('1224ee560df62329b43aeee20636a0defb583ee4');
    expect(signatureOf([...parts, encrypted])).toBe('acdbc7285e843321f4232406e7b14897e837449b');
  });

  test('encrypts and decrypts', () => {
    const appId = 'wx0000000000000001';
    const random = Buffer.from('0123456789abcdef');
    expect(sealCipher(aesKey, { message, appId, random })).toBe(encrypted);
    expect(openCipher(aesKey, encrypted)).toEqual({ message: Buffer.from(message), appId });
  });
});

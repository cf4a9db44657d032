import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { decrypt, encrypt, signatureOf } from './cipher.ts';

interface Vector {
  readonly id: string;
  readonly kind: 'signature' | 'decrypt' | 'encrypt' | 'reject';
  readonly token: string;
  readonly encodingAESKey: string;
  readonly appid: string;
  readonly timestamp?: string;
  readonly nonce?: string;
  readonly signature?: string;
  readonly msgSignature?: string;
  readonly encrypt: string;
  readonly plaintext?: string;
  readonly expectContains?: readonly string[];
  readonly random?: string;
}

const file = new URL('../../../tests/conformance/wechat/vectors.json', import.meta.url);
const { vectors } = JSON.parse(readFileSync(file, 'utf8')) as { vectors: readonly Vector[] };
const lockOf = ({ encodingAESKey, appid }: Vector) => ({ aesKey: encodingAESKey, appId: appid });
const of = (kind: Vector['kind']) => vectors.filter((vector) => vector.kind === kind);

describe('the platform’s side of the encryption', () => {
  test.each(of('decrypt'))('opens $id', (vector) => {
    const text = decrypt(lockOf(vector), vector.encrypt);
    if (vector.plaintext !== undefined) expect(text).toBe(vector.plaintext);
    for (const part of vector.expectContains ?? []) expect(text).toContain(part);
    expect(text).not.toBe('');
  });

  test.each(of('encrypt'))('seals $id to the same bytes', (vector) => {
    const random = Buffer.from(vector.random ?? '', 'latin1');
    expect(encrypt(lockOf(vector), vector.plaintext ?? '', random)).toBe(vector.encrypt);
  });

  test.each(vectors.filter(({ signature, timestamp }) => signature && timestamp))(
    'signs $id',
    ({ token, timestamp = '', nonce = '', signature }) => {
      expect(signatureOf(token, timestamp, nonce)).toBe(signature);
    },
  );

  test.each(vectors.filter(({ kind, msgSignature }) => kind !== 'reject' && msgSignature))(
    'signs the ciphertext of $id',
    ({ token, timestamp = '', nonce = '', encrypt: sealed, msgSignature }) => {
      expect(signatureOf(token, timestamp, nonce, sealed)).toBe(msgSignature);
    },
  );

  test.each(of('reject'))('does not sign $id the same way', (vector) => {
    const { token, timestamp = '', nonce = '', encrypt: sealed, msgSignature } = vector;
    expect(signatureOf(token, timestamp, nonce, sealed)).not.toBe(msgSignature);
  });

  const lock = {
    aesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG',
    appId: 'wx0000000000000001',
  };

  test.each(['', '签到', 'x'.repeat(31), '长'.repeat(2000)])('opens what it has sealed', (text) => {
    expect(decrypt(lock, encrypt(lock, text))).toBe(text);
  });

  test('refuses what was sealed for another account, and what is no ciphertext', () => {
    const sealed = encrypt({ ...lock, appId: 'wx0000000000000002' }, '签到');
    expect(() => decrypt(lock, sealed)).toThrow('CIPHERTEXT_INVALID');
    for (const text of ['', 'AAAA', 'A'.repeat(64), sealed.slice(0, 40)]) {
      expect(() => decrypt(lock, text)).toThrow('CIPHERTEXT_INVALID');
    }
  });
});

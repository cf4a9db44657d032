import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { writable } from './clean-text.ts';
import { type Reply, sealReply } from './seal-reply.ts';
import { parseXml } from './xml.ts';

const NOW = new Date('2026-01-31T08:00:00.999Z');
const keys = {
  appId: 'wx0',
  token: 'token',
  mode: 'safe',
  aesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG',
  previousAesKey: null,
  toleranceSeconds: 300,
} as const;
const message = { toUserName: 'gh_1', openId: 'o1', sealing: { form: 'plain' } } as const;
const encrypted = {
  ...message,
  sealing: { form: 'encrypted', with: 'current', nonce: '1' },
} as const;

const seal = (reply: Reply) => sealReply(keys, message, { reply, now: NOW });
const read = (xml: string) => parseXml(Buffer.from(xml)).fields;

test('a text goes back to who asked, with the time in seconds', () => {
  expect(seal({ type: 'text', text: '余额 10 分' })).toBe(
    '<xml><ToUserName><![CDATA[o1]]></ToUserName><FromUserName><![CDATA[gh_1]]></FromUserName>' +
      '<CreateTime>1769846400</CreateTime><MsgType><![CDATA[text]]></MsgType>' +
      '<Content><![CDATA[余额 10 分]]></Content></xml>',
  );
});

test('no reply is the bare word success, also when the push was encrypted', () => {
  for (const to of [message, encrypted]) {
    expect(sealReply(keys, to, { reply: { type: 'none' }, now: NOW })).toBe('success');
    const empty = { type: 'text', text: '\u0000\ud800' } as const;
    expect(sealReply(keys, to, { reply: empty, now: NOW })).toBe('success');
  }
});

test('an encrypted reply shows nothing of its text', () => {
  const reply = { type: 'text', text: 'CODE-123' } as const;
  const sealed = sealReply(keys, encrypted, { reply, now: NOW });
  expect(Object.keys(read(sealed))).toEqual(['Encrypt', 'MsgSignature', 'TimeStamp', 'Nonce']);
  expect(sealed).not.toContain('CODE-123');
  expect(sealReply(keys, encrypted, { reply, now: NOW })).not.toBe(sealed);
});

test.each<[Reply, object]>([
  [
    { type: 'image', mediaId: 'm]]>' },
    { MsgType: 'image', Image: { MediaId: 'm]]>' } },
  ],
  [{ type: 'transfer' }, { MsgType: 'transfer_customer_service' }],
  [
    { type: 'transfer', account: 'a@b' },
    { MsgType: 'transfer_customer_service', TransInfo: { KfAccount: 'a@b' } },
  ],
  [
    { type: 'news', article: { title: '<a>', description: '&', picUrl: 'p', url: 'u?a=1&b=2' } },
    {
      MsgType: 'news',
      ArticleCount: '1',
      Articles: { item: { Title: '<a>', Description: '&', PicUrl: 'p', Url: 'u?a=1&b=2' } },
    },
  ],
])('a reply %j', (reply, fields) => {
  expect(read(seal(reply))).toMatchObject(fields);
});

describe('a text', () => {
  test('loses what XML has no place for', () => {
    expect(writable('a\u0000\u0008\u001f\u007f\ufffe\uffff\ud800b\udc00')).toBe('ab');
    expect(writable('a\tb\r\nc\rd😀👨‍👩‍👧')).toBe('a\tb\nc\nd😀👨‍👩‍👧');
  });
  test('is cut at 2,048 bytes, between two characters', () => {
    const bytes = (text: string) => Buffer.byteLength(writable(text));
    expect(writable('a'.repeat(2048))).toHaveLength(2048);
    expect(writable('a'.repeat(2049))).toHaveLength(2048);
    expect(writable('积'.repeat(683))).toBe('积'.repeat(682));
    expect(bytes(`a${'😀'.repeat(600)}`)).toBe(2045);
  });
  test('can say anything, and what arrives is the cleaned text', () => {
    const unit = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 5 }),
      fc.constantFrom(
        ']]>',
        ']',
        '>',
        '<![CDATA[',
        '</Content>',
        '&amp;',
        '\r',
        '\ud83d',
        '\0',
        '🎉',
      ),
    );
    const texts = fc.array(unit, { maxLength: 1200 }).map((all) => all.join(''));
    fc.assert(
      fc.property(texts, fc.constantFrom('o1', 'o]]>1', '<o1>'), (text, openId) => {
        const reply = { type: 'text', text } as const;
        const xml = sealReply(keys, { ...message, openId }, { reply, now: NOW });
        const clean = writable(text);
        expect(Buffer.byteLength(clean)).toBeLessThanOrEqual(2048);
        expect(clean).toBe(writable(clean));
        const content = {
          ToUserName: openId,
          FromUserName: 'gh_1',
          CreateTime: '1769846400',
          MsgType: 'text',
          Content: clean,
        };
        if (clean === '') expect(xml).toBe('success');
        else expect(read(xml)).toEqual(content);
      }),
      { numRuns: 500 },
    );
  });
});

import { createCipheriv } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openCipher, sealCipher } from './cipher.ts';
import { EnvelopeError } from './envelope-error.ts';
import { type AccountKeys, checkEcho, openEnvelope, type PushQuery } from './open-envelope.ts';
import { sealReply } from './seal-reply.ts';
import { signatureOf } from './signature.ts';
import { parseXml } from './xml.ts';

const NOW = new Date('2026-01-31T08:00:00Z');
const SECONDS = NOW.getTime() / 1000;
const KEY = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG';
const OLD_KEY = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789abcdefg';

const plain: AccountKeys = {
  appId: 'wx0000000000000001',
  token: 'testtoken',
  mode: 'plain',
  aesKey: null,
  previousAesKey: null,
  toleranceSeconds: 300,
};
const safe: AccountKeys = { ...plain, mode: 'safe', aesKey: KEY, previousAesKey: OLD_KEY };
const compatible: AccountKeys = { ...safe, mode: 'compatible' };

const xmlOf = (fields: string) => `<xml>${fields}</xml>`;
const ENVELOPE =
  '<ToUserName><![CDATA[gh_1]]></ToUserName><FromUserName><![CDATA[o1]]></FromUserName>' +
  `<CreateTime>${SECONDS}</CreateTime>`;
const TEXT = xmlOf(
  `${ENVELOPE}<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[签到]]></Content><MsgId>18446744073709551615</MsgId>`,
);
const event = (fields: string) => xmlOf(`${ENVELOPE}<MsgType><![CDATA[event]]></MsgType>${fields}`);

interface Sent {
  readonly query: PushQuery;
  readonly body: string;
}

function sentPlain(body: string, timestamp = String(SECONDS)): Sent {
  const signature = signatureOf([plain.token, timestamp, '77']);
  return { query: { signature, timestamp, nonce: '77', openid: 'o1' }, body };
}

function sentSealed(
  message: string,
  { aesKey = KEY, appId = plain.appId, timestamp = String(SECONDS), beside = '' } = {},
): Sent {
  const encrypted = sealCipher(aesKey, { message, appId, random: Buffer.alloc(16, 'r') });
  const { query } = sentPlain('', timestamp);
  const msgSignature = signatureOf([plain.token, timestamp, '77', encrypted]);
  return {
    query: { ...query, encrypt_type: 'aes', msg_signature: msgSignature },
    body: xmlOf(`${beside}<Encrypt><![CDATA[${encrypted}]]></Encrypt>`),
  };
}

const open = (keys: AccountKeys, { query, body }: Sent) =>
  openEnvelope(keys, query, { body: Buffer.from(body), now: NOW });

const contentOf = (body: string) => open(plain, sentPlain(body))?.content;
const keyOf = (body: string) => open(plain, sentPlain(body))?.dedupeKey;

function refusal(kind: string, code: string) {
  return expect.objectContaining({ name: 'EnvelopeError', kind, code });
}

test('a text message says who sent what, and when', () => {
  expect(open(plain, sentPlain(TEXT))).toEqual({
    toUserName: 'gh_1',
    openId: 'o1',
    sentAt: NOW,
    msgId: '18446744073709551615',
    dedupeKey: '18446744073709551615',
    content: { type: 'text', text: '签到', menuToken: null },
    sealing: { form: 'plain' },
  });
});

describe('the GET that checks the address', () => {
  const query = { ...sentPlain('').query, echostr: '4375<120>' };
  test('is answered with its echostr, verbatim', () => {
    for (const keys of [plain, compatible, safe]) expect(checkEcho(keys, query)).toBe('4375<120>');
  });
  test('may be of any age', () => {
    const old = { ...sentPlain('', '1').query, echostr: 'e' };
    expect(checkEcho(plain, old)).toBe('e');
  });
  test.each(['signature', 'timestamp', 'nonce', 'echostr'])('is no query without %s', (name) => {
    expect(() => checkEcho(plain, { ...query, [name]: undefined })).toThrowError(
      refusal('invalid', 'QUERY_INVALID'),
    );
  });
  test('is refused with another signature', () => {
    expect(() => checkEcho(plain, { ...query, nonce: '78' })).toThrowError(
      refusal('forbidden', 'SIGNATURE_WRONG'),
    );
  });
});

describe('plain', () => {
  test('refuses a signature that is wrong, cut, long, missing or in capitals', () => {
    const { query, body } = sentPlain(TEXT);
    const right = String(query.signature);
    const flipped = right.replace(/^./, (first) => (first === '0' ? '1' : '0'));
    for (const signature of [
      // Wide letters whose low bytes are those of the right ones.
      right.replace(/^./, (char) => String.fromCharCode(char.charCodeAt(0) + 0x100)),
      right.replace(/.$/, 'é'),
      flipped,
      right.slice(1),
      `${right}0`,
      '',
      undefined,
      '签'.repeat(40),
    ]) {
      expect(() => open(plain, { query: { ...query, signature }, body })).toThrowError(
        refusal('forbidden', 'SIGNATURE_WRONG'),
      );
    }
  });
  test('refuses a parameter that comes twice', () => {
    const { query, body } = sentPlain(TEXT);
    const twice = { ...query, signature: [query.signature, query.signature] };
    expect(() => open(plain, { query: twice, body })).toThrowError(
      refusal('invalid', 'QUERY_INVALID'),
    );
  });
  test('refuses what is encrypted when there is no key', () => {
    expect(() => open(plain, sentSealed(TEXT))).toThrowError(
      refusal('forbidden', 'CIPHER_KEY_MISSING'),
    );
  });
  test('opens what is encrypted when there is a key', () => {
    const message = open({ ...plain, aesKey: KEY }, sentSealed(TEXT));
    expect(message?.sealing).toEqual({ form: 'encrypted', with: 'current', nonce: '77' });
  });
  test('takes `raw` for plain and knows no other way of encrypting', () => {
    const { query, body } = sentPlain(TEXT);
    expect(open(plain, { query: { ...query, encrypt_type: 'raw' }, body })?.openId).toBe('o1');
    expect(() => open(plain, { query: { ...query, encrypt_type: 'des' }, body })).toThrowError(
      refusal('invalid', 'QUERY_INVALID'),
    );
  });
});

describe('compatible', () => {
  test('believes only what was encrypted', () => {
    const beside = TEXT.slice('<xml>'.length, -'</xml>'.length).replace('签到', 'forged');
    const message = open(compatible, sentSealed(TEXT, { beside }));
    expect(message?.content).toMatchObject({ text: '签到' });
    expect(message?.sealing.form).toBe('encrypted');
  });
  test('reads the plain fields of a push that says nothing of encryption', () => {
    const message = open(compatible, sentPlain(TEXT));
    expect(message?.sealing).toEqual({ form: 'plain' });
  });
  test('refuses an encrypted push whose msg_signature is wrong, whatever its signature', () => {
    const { query, body } = sentSealed(TEXT);
    for (const wrong of [query.signature, undefined]) {
      expect(() =>
        open(compatible, { query: { ...query, msg_signature: wrong }, body }),
      ).toThrowError(refusal('forbidden', 'SIGNATURE_WRONG'));
    }
  });
  test('refuses a plain push with a wrong signature', () => {
    const { query, body } = sentPlain(TEXT);
    expect(() => open(compatible, { query: { ...query, signature: 'x' }, body })).toThrowError(
      refusal('forbidden', 'SIGNATURE_WRONG'),
    );
  });
});

describe('safe', () => {
  test('opens with the right msg_signature and does not ask for the signature', () => {
    const { query, body } = sentSealed(TEXT);
    const message = open(safe, { query: { ...query, signature: 'wrong' }, body });
    expect(message?.content).toEqual({ type: 'text', text: '签到', menuToken: null });
  });
  test('refuses a plain body, however well signed, and whatever it calls itself', () => {
    const { query, body } = sentPlain(TEXT);
    for (const type of [undefined, 'raw', 'aes']) {
      expect(() => open(safe, { query: { ...query, encrypt_type: type }, body })).toThrowError(
        refusal('forbidden', 'DOWNGRADE_REFUSED'),
      );
    }
  });
  test('refuses an empty Encrypt, two of them, and one with fields', () => {
    const twice = sentSealed(TEXT).body.replace('<xml>', '<xml><Encrypt>x</Encrypt>');
    for (const body of [xmlOf('<Encrypt/>'), twice, xmlOf('<Encrypt><a>x</a></Encrypt>')]) {
      expect(() => open(safe, { ...sentSealed(TEXT), body })).toThrowError(
        refusal('forbidden', 'DOWNGRADE_REFUSED'),
      );
    }
  });
  test('refuses a message for another account', () => {
    for (const appId of ['wx0000000000000002', '', `${plain.appId} `]) {
      expect(() => open(safe, sentSealed(TEXT, { appId }))).toThrowError(
        refusal('forbidden', 'APP_ID_FOREIGN'),
      );
    }
  });
  test('refuses a ciphertext that was changed on the way', () => {
    const { query, body } = sentSealed(TEXT);
    const changed = body.replace(/CDATA\[(.)/, (_, first) => `CDATA[${first === 'A' ? 'B' : 'A'}`);
    expect(() => open(safe, { query, body: changed })).toThrowError(
      refusal('forbidden', 'SIGNATURE_WRONG'),
    );
  });
  test('opens with the key before, and says so', () => {
    const message = open(safe, sentSealed(TEXT, { aesKey: OLD_KEY }));
    expect(message?.sealing).toEqual({ form: 'encrypted', with: 'previous', nonce: '77' });
  });
  test('refuses what no key opens', () => {
    const newest = { ...safe, previousAesKey: null };
    expect(() => open(newest, sentSealed(TEXT, { aesKey: OLD_KEY }))).toThrowError(
      refusal('invalid', 'CIPHER_INVALID'),
    );
  });
  test('refuses what was encrypted well and is no XML', () => {
    expect(() => open(safe, sentSealed('{"MsgType":"text"}'))).toThrowError(
      refusal('invalid', 'XML_INVALID'),
    );
  });
  test.each([0, 1, 12, 13, 31, 32, 33, 64])('opens a message of any padding (%i more)', (more) => {
    const message = TEXT.replace('签到', 'x'.repeat(more + 1));
    expect(open(safe, sentSealed(message))?.content).toMatchObject({ text: 'x'.repeat(more + 1) });
  });
});

test.each([
  ['no whole block', Buffer.alloc(31)],
  ['nothing', Buffer.alloc(0)],
  ['noise', Buffer.alloc(64, 'noise')],
])('a ciphertext of %s is not opened', (_, bytes) => {
  expect(openCipher(KEY, bytes.toString('base64'))).toBe(null);
});

describe('the age of a push', () => {
  const aged = (seconds: number, keys: AccountKeys) => () =>
    open(keys, sentPlain(TEXT, String(SECONDS + seconds)));
  test('may be up to the tolerance, in both directions', () => {
    for (const seconds of [-300, 0, 300]) expect(aged(seconds, plain)()?.openId).toBe('o1');
    for (const seconds of [-301, 301]) {
      expect(aged(seconds, plain)).toThrowError(refusal('forbidden', 'TIMESTAMP_STALE'));
    }
  });
  test('counts for encrypted pushes too', () => {
    const old = sentSealed(TEXT, { timestamp: String(SECONDS - 301) });
    expect(() => open(safe, old)).toThrowError(refusal('forbidden', 'TIMESTAMP_STALE'));
  });
  test('is not asked when the tolerance is 0', () => {
    expect(aged(-9_999_999, { ...plain, toleranceSeconds: 0 })()?.openId).toBe('o1');
  });
  test.each(['', 'now', '-1', '1e9', 'Infinity', ' 1769846400'])('is none in %j', (timestamp) => {
    expect(() => open(plain, sentPlain(TEXT, timestamp))).toThrowError(
      refusal('forbidden', 'TIMESTAMP_STALE'),
    );
  });
});

describe('the body', () => {
  test('may have 64 KiB and not one byte more', () => {
    const padded = (bytes: number) => TEXT.replace('<MsgId>', `${' '.repeat(bytes)}<MsgId>`);
    const rest = 64 * 1024 - Buffer.byteLength(TEXT);
    expect(open(plain, sentPlain(padded(rest)))?.openId).toBe('o1');
    expect(() => open(plain, sentPlain(padded(rest + 1)))).toThrowError(
      refusal('limited', 'BODY_TOO_LARGE'),
    );
  });
  test('with another root element is nothing to us', () => {
    expect(open(plain, sentPlain('<note><a>b</a></note>'))).toBe(null);
    expect(open(safe, sentSealed('<note><a>b</a></note>'))).toBe(null);
  });
  test.each(['ToUserName', 'FromUserName', 'CreateTime', 'MsgType'])(
    'needs %s, once, and not empty',
    (name) => {
      const field = new RegExp(`<${name}>.*</${name}>`);
      const [element = ''] = field.exec(TEXT) ?? [];
      for (const instead of ['', `<${name}/>`, `<${name}> </${name}>`, element + element]) {
        expect(() => open(plain, sentPlain(TEXT.replace(field, instead)))).toThrowError(
          refusal('invalid', 'ENVELOPE_INVALID'),
        );
      }
    },
  );
  test('with an odd time, two ids or an event without a name is refused', () => {
    const twice = TEXT.replace('<MsgId>', '<MsgId>1</MsgId><MsgId>');
    const said = TEXT.replace('<Content>', '<Content>别的</Content><Content>');
    for (const body of [TEXT.replace(`>${SECONDS}<`, '>soon<'), twice, said, event('')]) {
      expect(() => open(plain, sentPlain(body))).toThrowError(
        refusal('invalid', 'ENVELOPE_INVALID'),
      );
    }
  });
});

describe('what a push says', () => {
  const said = (type: string, fields: string) =>
    contentOf(xmlOf(`${ENVELOPE}<MsgType>${type}</MsgType><MsgId>1</MsgId>${fields}`));
  const happened = (name: string, fields = '') =>
    contentOf(event(`<Event>${name}</Event>${fields}`));

  test('a tap on a message menu is a text with the id of the choice', () => {
    expect(said('text', '<Content>确认</Content><bizmsgmenuid>ord_1</bizmsgmenuid>')).toEqual({
      type: 'text',
      text: '确认',
      menuToken: 'ord_1',
    });
  });
  test.each([
    ['image', '<MediaId>m</MediaId><PicUrl>p</PicUrl>', { mediaId: 'm', picUrl: 'p' }],
    ['video', '<MediaId>m</MediaId><ThumbMediaId>t</ThumbMediaId>', { thumbMediaId: 't' }],
    ['shortvideo', '<MediaId>m</MediaId>', { type: 'shortvideo', thumbMediaId: '' }],
    ['voice', '<Format>amr</Format>', { format: 'amr', mediaId16K: null, recognition: null }],
    [
      'location',
      '<Location_X>23.1</Location_X><Location_Y>odd</Location_Y>',
      { latitude: 23.1, longitude: 0 },
    ],
    ['link', '<Title>t</Title><Url>u</Url>', { title: 't', description: '', url: 'u' }],
    ['file', '', { type: 'unknown', name: 'file' }],
  ])('a message of type %s', (type, fields, content) => {
    expect(said(type, fields)).toMatchObject(content);
  });
  test.each([
    ['', null],
    ['<EventKey/>', null],
    ['<EventKey>qrscene_</EventKey>', null],
    ['<EventKey>last_trade_no_1</EventKey>', null],
    ['<EventKey>qrscene_store:binjiang</EventKey>', 'store:binjiang'],
    ['<EventKey>qrscene_qrscene_1</EventKey>', 'qrscene_1'],
  ])('a follow with %j comes from the scene %j', (fields, scene) => {
    expect(happened('subscribe', fields)).toEqual({ type: 'subscribe', scene });
  });
  test.each([
    ['SCAN', '<EventKey>qrscene_1</EventKey>', { type: 'scan', scene: 'qrscene_1' }],
    ['CLICK', '<EventKey>CHECKIN</EventKey>', { type: 'click', key: 'CHECKIN' }],
    ['VIEW', '<EventKey>https://x.cn/?a=1</EventKey>', { type: 'view', url: 'https://x.cn/?a=1' }],
    ['LOCATION', '<Latitude>1.5</Latitude>', { type: 'location-report', latitude: 1.5 }],
    ['location', '', { type: 'unknown', name: 'location' }],
    ['FREEPUBLISHJOBFINISH', '', { type: 'publish-result', publishId: '', articleId: null }],
    ['user_info_modified', '<OpenID>o2</OpenID>', { type: 'profile-modified', openId: 'o2' }],
    ['user_authorization_cancellation', '', { type: 'authorization-cancelled' }],
  ])('an event %s', (name, fields, content) => {
    expect(happened(name, fields)).toMatchObject(content);
  });
  test.each([
    ['success', 'success'],
    ['failed:user block', 'blocked'],
    ['failed: user block', 'blocked'],
    ['failed: system failed', 'failed'],
    ['anything else', 'failed'],
  ])('a template message with status %j has %s', (status, expected) => {
    const fields = `<MsgID>9007199254740993</MsgID><Status><![CDATA[${status}]]></Status>`;
    expect(happened('TEMPLATESENDJOBFINISH', fields)).toEqual({
      type: 'template-result',
      templateMsgId: '9007199254740993',
      status: expected,
    });
  });
  test('choices of subscriptions are a list, in both shapes that are documented', () => {
    const list = (id: string, status: string) =>
      `<List><TemplateId>${id}</TemplateId><SubscribeStatusString>${status}</SubscribeStatusString></List>`;
    const box = (inner: string) => `<SubscribeMsgPopupEvent>${inner}</SubscribeMsgPopupEvent>`;
    const [a, b] = [list('a', 'accept'), list('b', 'reject')];
    for (const fields of [box(a + b), box(a) + box(b)]) {
      expect(happened('subscribe_msg_popup_event', fields)).toEqual({
        type: 'subscription-popup',
        choices: [
          { templateId: 'a', choice: 'accept' },
          { templateId: 'b', choice: 'reject' },
        ],
      });
    }
  });
});

describe('the dedupe key', () => {
  test('tells two events of one second apart by name and key', () => {
    const keys = [
      '<Event>CLICK</Event><EventKey>A</EventKey>',
      '<Event>CLICK</Event><EventKey>B</EventKey>',
      '<Event>VIEW</Event><EventKey>A</EventKey>',
    ].map((fields) => keyOf(event(fields)));
    expect(keys).toEqual([
      `o1:${SECONDS}:CLICK:A`,
      `o1:${SECONDS}:CLICK:B`,
      `o1:${SECONDS}:VIEW:A`,
    ]);
  });
  test('of a report is the job it reports about, unless that is 0', () => {
    const report = (id: string) =>
      event(`<Event>TEMPLATESENDJOBFINISH</Event><MsgID>${id}</MsgID>`);
    expect(keyOf(report('5'))).toBe('TEMPLATESENDJOBFINISH:5:o1');
    expect(keyOf(report('0'))).toBe(`o1:${SECONDS}:TEMPLATESENDJOBFINISH:`);
  });
});

test('no query and no body bring anything but a message, nothing, or a refusal', () => {
  const anything = fc.oneof(fc.string(), fc.constant(undefined), fc.array(fc.string()), fc.nat());
  const names = fc.constantFrom('signature', 'timestamp', 'nonce', 'encrypt_type', 'msg_signature');
  const query = fc.dictionary(names, anything);
  const signed = fc.constantFrom(sentPlain('').query, sentSealed(TEXT).query);
  const body = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc
      .tuple(fc.nat(300), fc.string({ unit: 'binary', maxLength: 20 }))
      .map(([at, text]) => Buffer.from(TEXT.slice(0, at) + text + TEXT.slice(at + text.length))),
    fc
      .base64String({ maxLength: 200 })
      .map((text) => Buffer.from(xmlOf(`<Encrypt>${text}</Encrypt>`))),
  );
  const keys = fc.constantFrom(plain, compatible, safe, { ...plain, toleranceSeconds: 0 });
  fc.assert(
    fc.property(keys, fc.oneof(query, signed), body, (account, given, bytes) => {
      try {
        const message = openEnvelope(account, given, { body: bytes, now: NOW });
        expect(message === null || message.openId.length > 0).toBe(true);
      } catch (error) {
        expect(error).toBeInstanceOf(EnvelopeError);
      }
    }),
    { numRuns: 3000 },
  );
});

test('no decrypted bytes bring anything but a message, nothing, or a refusal', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 160 }), (bytes) => {
      const sealed = Buffer.from(bytes).toString('base64');
      const opened = openCipher(KEY, sealed);
      expect(opened === null || opened.message.length <= bytes.length).toBe(true);
    }),
  );
});

describe('an odd layout', () => {
  const key = Buffer.from(`${KEY}=`, 'base64');
  const sealedBytes = (plainBytes: Buffer) => {
    const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
    return cipher.update(plainBytes, undefined, 'base64') + cipher.final('base64');
  };
  /** 16 random bytes, a length of 3, `abc`, the app id `wx`, and 7 bytes of padding. */
  const layout = () => Buffer.from(`${'r'.repeat(16)}\0\0\0\u0003abcwx${'\u0007'.repeat(7)}`);
  const changed = (at: number, byte: number) => {
    const bytes = layout();
    bytes[at] = byte;
    return sealedBytes(bytes);
  };
  test('is told from a right one', () => {
    expect(openCipher(KEY, sealedBytes(layout()))).toEqual({
      message: Buffer.from('abc'),
      appId: 'wx',
    });
  });
  test.each([
    ['a message longer than all', 19, 6],
    ['a length of gigabytes', 16, 255],
    ['padding of two kinds', 26, 1],
    ['padding of 0', 31, 0],
    ['padding of 33', 31, 33],
    ['padding over the length', 31, 13],
  ])('%s is not opened', (_, position, byte) => {
    expect(openCipher(KEY, changed(position, byte))).toBe(null);
  });
});

test('an answer to an encrypted push is opened by the same rules', () => {
  for (const aesKey of [KEY, OLD_KEY]) {
    const message = open(safe, sentSealed(TEXT, { aesKey }));
    if (!message) throw new Error('the push is known');
    const reply = { type: 'text', text: '签到成功' } as const;
    const { fields } = parseXml(Buffer.from(sealReply(safe, message, { reply, now: NOW })));
    const encrypted = String(fields.Encrypt);
    expect(fields.TimeStamp).toBe(String(SECONDS));
    expect(fields.MsgSignature).toBe(
      signatureOf([safe.token, String(fields.TimeStamp), String(fields.Nonce), encrypted]),
    );
    const opened = openCipher(aesKey, encrypted);
    expect(opened?.appId).toBe(safe.appId);
    expect(parseXml(opened?.message ?? Buffer.alloc(0)).fields).toMatchObject({
      ToUserName: 'o1',
      FromUserName: 'gh_1',
      CreateTime: String(SECONDS),
      Content: '签到成功',
    });
  }
});

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { database } from '../../src/platform/mongo.ts';
import { type Programme, useProgramme } from '../support/programme.ts';
import { plainPush, type RawPush, sealedPush, send, textXml } from '../support/raw-push.ts';

const OTHER_KEY = 'ZYXWVUTSRQPONMLKJIHGFEDCBA9876543210abcdefg';
const nested = (levels: number) => `<xml>${'<a>'.repeat(levels)}${'</a>'.repeat(levels)}</xml>`;

/** How many documents there are in all. */
async function documents(): Promise<number> {
  const collections = await database().collections();
  const counts = await Promise.all(collections.map((one) => one.estimatedDocumentCount()));
  return counts.reduce((sum, count) => sum + count, 0);
}

/** How often pushes were refused so far, for any reason. */
async function refusals(programme: Programme): Promise<number> {
  const { body } = await programme.app.http.inject('/metrics');
  const lines = body.matchAll(/^jifenwu_webhook_refused_total\{code="\w+"\} (\d+)$/gm);
  return [...lines].reduce((sum, [, count]) => sum + Number(count), 0);
}

/** Sends what must be refused: the right status, a code and nothing else, counted, nothing written. */
async function areRefused(
  programme: Programme,
  pushes: Readonly<Record<string, RawPush>>,
  status: number,
): Promise<void> {
  const [before, counted] = [await documents(), await refusals(programme)];
  for (const [name, push] of Object.entries(pushes)) {
    const answer = await send(programme, push);
    const isCode = /^[A-Z_]+$/.test(answer.text);
    expect({ name, status: answer.status, isCode }).toEqual({ name, status, isCode: true });
  }
  expect(await refusals(programme)).toBe(counted + Object.keys(pushes).length);
  expect(await documents()).toBe(before);
}

/** Texts of a crowd, twenty at once, each unlike any other; how they were met. */
async function chatter(programme: Programme, from: number, to: number) {
  const met = { words: 0, silence: 0, otherwise: 0 };
  for (let n = from; n < to; n += 20) {
    const batch = Array.from({ length: 20 }, (_, i) => send(programme, babble(programme, n + i)));
    for (const { status, text } of await Promise.all(batch)) {
      if (status !== 200) met.otherwise += 1;
      else if (text === 'success') met.silence += 1;
      else met.words += 1;
    }
    programme.pass(4);
  }
  return met;
}

function babble(programme: Programme, n: number): RawPush {
  const body = textXml({
    FromUserName: `o_crowd_${n % 100}`,
    MsgId: 8_000_000_000_000_000n + BigInt(n),
    Content: `${n}号：${'天地玄黄宇宙洪荒'.slice(n % 8)}${n * 7919}`,
  });
  return plainPush(programme, { body });
}

/** What this process holds on to, in MiB. */
function heapMiB(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

describe('in plain mode', () => {
  const programme = useProgramme({ begins: '2026-11-21 10:00' });
  const push = (wrong: Parameters<typeof plainPush>[1]) => plainPush(programme, wrong);

  test('a push that is right is answered', async () => {
    const answer = await send(programme, push({}));
    expect(answer.status).toBe(200);
    expect(answer.text).toContain('签到成功');
  });

  test('who cannot prove to be the platform, now, is forbidden', async () => {
    const pushes = {
      'signed with another token': push({ token: 'otherToken' }),
      'with a signature of nothing': push({ query: { signature: '0'.repeat(40) } }),
      'with a signature that is too short': push({ query: { signature: 'abc' } }),
      'from six minutes ago': push({ apartSeconds: -360 }),
      'from six minutes ahead': push({ apartSeconds: 360 }),
      'that says it is encrypted': push({ query: { encrypt_type: 'aes' } }),
    };
    await areRefused(programme, pushes, 403);
  });

  test('what is not understood is refused as a whole', async () => {
    const xml = textXml();
    const also = (field: string) => xml.replace('</xml>', `${field}</xml>`);
    const bodies = {
      'no XML': '{"xml":1}',
      nothing: '',
      'an end that comes too early': xml.slice(0, -8),
      'a document type': `<!DOCTYPE xml [<!ENTITY e "x">]>${xml}`,
      'an entity of its own': xml.replace('签到', ']]>&boom;<![CDATA['),
      'nine levels': nested(9),
      'nine thousand levels': nested(9000),
      'no sender': xml.replace(/<FromUserName>.*\n/, ''),
      'no type': xml.replace(/<MsgType>.*\n/, ''),
      'no time': xml.replace(/<CreateTime>.*\n/, ''),
      'a time of words': textXml({ CreateTime: 'tomorrow' }),
      'two senders': also('<FromUserName>o_2</FromUserName>'),
      'two types': also('<MsgType>image</MsgType>'),
      'two ids': also('<MsgId>1</MsgId>'),
      'broken UTF-8': Buffer.from(xml).fill(0xff, 200, 204),
    };
    const pushes = Object.entries(bodies).map(([name, body]) => [name, push({ body })]);
    await areRefused(programme, Object.fromEntries(pushes), 400);
  });

  test('a push of more than 64 KiB is too large', async () => {
    const body = textXml({ Content: 'a'.repeat(65 * 1024) });
    await areRefused(programme, { large: push({ body }) }, 413);
  });

  test('a type that is unknown is acknowledged and changes nothing', async () => {
    const before = await documents();
    const body = textXml({ MsgType: 'hologram', FromUserName: 'o_unknown', MsgId: 7n });
    expect(await send(programme, push({ body }))).toEqual({ status: 200, text: 'success' });
    expect(await documents()).toBe(before);
  });

  test('who asks for the echo with a wrong signature gets none', async () => {
    const { query } = push({ token: 'otherToken', query: { echostr: '<b>4711</b>' } });
    const answer = await programme.app.http.inject({ url: '/wechat', query: { ...query } });
    expect(answer.statusCode).toBe(403);
    expect(answer.body).not.toContain('4711');
  });

  test('a text of whatever kind gets an answer that is whole', async () => {
    const texts = {
      '2,048 bytes': '签'.repeat(682),
      'emoji only': '😀🎉👨‍👩‍👧',
      'control characters': 'a\u0001\u0008\u001f b\u202e\u2066',
      markup: '<script>alert(1)</script>&lt;xml&gt;]]&gt;',
      'a link of ours': '<a href="weixin://bizmsgmenu?msgmenucontent=确认&msgmenuid=x">确认</a>',
      'nothing but spaces': '   \n\t ',
      'digits without end': '9'.repeat(500),
    };
    for (const [name, text] of Object.entries(texts)) {
      const follower = programme.follower(`text_${name.replaceAll(/\W/g, '_')}`);
      const answer = await follower.says(text);
      const isWhole = answer.length > 5 && !/script|\p{Cc}(?<!\n)|该公众号/u.test(answer);
      expect({ name, answer, isWhole }).toEqual({ name, answer, isWhole: true });
    }
  });

  test('2,000 different texts are answered or met with silence, and memory stays flat', async () => {
    const first = await chatter(programme, 0, 500);
    const before = heapMiB();
    const then = await chatter(programme, 500, 2000);
    expect(first.otherwise + then.otherwise).toBe(0);
    // Four answers to each of the hundred, then silence.
    expect(first.words + then.words).toBeGreaterThanOrEqual(400);
    expect(heapMiB() - before).toBeLessThan(24);
  }, 120_000);
});

describe('in safe mode', () => {
  const programme = useProgramme({ begins: '2026-11-21 10:00', mode: 'safe' });
  const push = (wrong: Parameters<typeof sealedPush>[1]) => sealedPush(programme, wrong);

  test('a push that is right is answered, and nobody else can read the answer', async () => {
    const answer = await send(programme, push({}));
    expect(answer.status).toBe(200);
    expect(answer.text).toContain('<Encrypt>');
    expect(answer.text).not.toContain('签到成功');
  });

  test('who cannot prove to be the platform of this account is forbidden', async () => {
    const pushes = {
      'signed with another token': push({ token: 'otherToken' }),
      'for another account': push({ appId: 'wx0000000000000001' }),
      'from six minutes ago': push({ apartSeconds: -360 }),
      'from six minutes ahead': push({ apartSeconds: 360 }),
      'without its signature': push({ query: { msg_signature: '' } }),
      'plain, though it is signed': plainPush(programme, {}),
      'plain, and said to be encrypted': plainPush(programme, { query: { encrypt_type: 'aes' } }),
    };
    await areRefused(programme, pushes, 403);
    const underAnotherKey = await send(programme, push({ aesKey: OTHER_KEY }));
    expect([400, 403]).toContain(underAnotherKey.status);
    expect(underAnotherKey.text).toMatch(/^[A-Z_]+$/);
  });

  test('what is not understood inside the seal is refused too', async () => {
    const pushes = {
      'no XML': push({ body: 'hello' }),
      'a document type': push({ body: `<!DOCTYPE xml>${textXml()}` }),
      'nine levels': push({ body: nested(9) }),
      'two senders': push({
        body: textXml().replace('</xml>', '<FromUserName>o_2</FromUserName></xml>'),
      }),
    };
    await areRefused(programme, pushes, 400);
  });
});

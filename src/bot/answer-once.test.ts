import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { inbound } from '../../tests/support/chat.ts';
import { at } from '../../tests/support/context.ts';
import type { Context } from '../kernel/context.ts';
import { DomainError } from '../kernel/errors.ts';
import { useDataKey } from '../platform/data-key.ts';
import type { KeyValue } from '../platform/key-value.ts';
import { localKeyValue } from '../platform/local-key-value.ts';
import type { InboundMessage, Reply } from '../wechat/index.ts';
import { loadCatalogue } from '../wording/index.ts';
import { type AnswerOnceParts, answeringOnce } from './answer-once.ts';
import { patientKeyValue } from './patient-key-value.ts';
import { refusalWords } from './refusal-words.ts';
import { replyKeyOf, replyStore } from './reply-store.ts';

const SENT = '2026-11-21T10:00:00+08:00';
const BUSY = '现在排队的人有点多，积分没有变化。1 分钟后再试就好。';
const UNSURE = '现在连接有点慢，这条办好没有还不确定。1 分钟后再发一次就好，积分不会重复加减。';
const SLOW = '收到，正在办，一会儿把结果发在这里。';
const never = new Promise<never>(() => undefined);
const catalogue = loadCatalogue();

useDataKey(Buffer.alloc(32, 7));

let keyValue: KeyValue;
let late: string[];

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  const start = new Date(SENT).getTime() - performance.now();
  const clock = () => new Date(start + performance.now());
  keyValue = localKeyValue({ file: null, clock, log: at(SENT).log });
  late = [];
});

afterEach(() => {
  vi.useRealTimers();
});

function bot(
  answer: AnswerOnceParts['answer'],
  more: Partial<AnswerOnceParts> & { store?: KeyValue } = {},
) {
  return answeringOnce({
    replies: replyStore(patientKeyValue(more.store ?? keyValue, 400)),
    answer,
    words: refusalWords(catalogue, 'zh-CN'),
    deliverLate: async ({ reply }) => {
      late.push(textOf(reply));
    },
    isAwaited: () => true,
    probe: async () => 'alive',
    ...more,
  });
}

const message = (msgId = 'm1') =>
  inbound(
    { type: 'text', text: '签到', menuToken: null },
    { openId: 'o_ann', sentAt: new Date(SENT), msgId },
  );

function textOf(reply: Reply): string {
  return reply.type === 'text' ? reply.text : reply.type;
}

const said = (text: string): Reply => ({ type: 'text', text });
const after = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** What was answered, and after how many milliseconds. */
async function timed(reply: Promise<Reply>): Promise<{ text: string; ms: number }> {
  const from = performance.now();
  let ms = -1;
  const answered = reply.then((given) => {
    ms = performance.now() - from;
    return textOf(given);
  });
  await vi.advanceTimersByTimeAsync(10_000);
  return { text: await answered, ms };
}

describe('one message, delivered several times', () => {
  test('is answered once, and each delivery gets that answer', async () => {
    let runs = 0;
    const { answerOnce } = bot(async () => said(`run ${++runs}`));
    const replies = [];
    for (let n = 0; n < 4; n++) replies.push(textOf(await answerOnce(message(), at(SENT))));
    expect(replies).toEqual(['run 1', 'run 1', 'run 1', 'run 1']);
    expect(textOf(await answerOnce(message('m2'), at(SENT)))).toBe('run 2');
  });

  test('is answered once when all deliveries come at once, and the others wait', async () => {
    let runs = 0;
    const { answerOnce } = bot(async () => {
      runs++;
      await after(1000);
      return said('done');
    });
    const all = [1, 2, 3].map(() => timed(answerOnce(message(), at(SENT))));
    const answers = await Promise.all(all);
    expect(answers.map(({ text }) => text)).toEqual(['done', 'done', 'done']);
    expect(runs).toBe(1);
    expect(Math.max(...answers.map(({ ms }) => ms))).toBeLessThanOrEqual(1100);
  });

  test('gets an empty answer when the first delivery does not come to an end in time', async () => {
    await replyStore(keyValue).claim(replyKeyOf(message()));
    const { answerOnce } = bot(async () => said('never asked'));
    const { text, ms } = await timed(answerOnce(message(), at(SENT)));
    expect(text).toBe('none');
    expect(ms).toBeGreaterThanOrEqual(4000);
    expect(ms).toBeLessThan(4200);
  });

  test('is worked on afresh when the first delivery died with its process', async () => {
    await replyStore(keyValue).claim(replyKeyOf(message()));
    await vi.advanceTimersByTimeAsync(6000);
    const { answerOnce } = bot(async () => said('afresh'));
    expect(textOf(await answerOnce(message(), at(SENT)))).toBe('afresh');
  });

  test('is worked on by a waiting delivery once the claim of a dead one is over', async () => {
    await replyStore(keyValue).claim(replyKeyOf(message()));
    await vi.advanceTimersByTimeAsync(5000);
    const { answerOnce } = bot(async () => said('afresh'));
    const { text, ms } = await timed(answerOnce(message(), at(SENT)));
    expect(text).toBe('afresh');
    expect(ms).toBeLessThanOrEqual(1200);
  });

  test('has its reply stored for a day', async () => {
    const { answerOnce } = bot(async () => said('券码 8K2M-4QXZ'));
    await answerOnce(message(), at(SENT));
    expect(await keyValue.get('reply:gh_test:m1')).toContain('8K2M');
    await vi.advanceTimersByTimeAsync(24 * 3_600_000);
    expect(await keyValue.get('reply:gh_test:m1')).toBeNull();
  });
});

describe('a slow answer', () => {
  test('is promised after 3.5 seconds and brought when it is there', async () => {
    const { answerOnce, settled } = bot(async () => {
      await after(8000);
      return said('兑换成功');
    });
    const { text, ms } = await timed(answerOnce(message(), at(SENT)));
    expect(text).toBe(SLOW);
    expect(ms).toBeGreaterThanOrEqual(3500);
    expect(ms).toBeLessThan(4500);
    await settled();
    expect(late).toEqual(['兑换成功']);
    expect(textOf(await answerOnce(message(), at(SENT)))).toBe(SLOW);
  });

  test('that is refused in the end is brought as words too', async () => {
    const { answerOnce, settled } = bot(async () => {
      await after(5000);
      throw new DomainError({
        kind: 'conflict',
        code: 'POINTS_INSUFFICIENT',
        message: 'too few',
        details: { missing: 20 },
      });
    });
    expect((await timed(answerOnce(message(), at(SENT)))).text).toBe(SLOW);
    await settled();
    expect(late).toEqual(['还差 20 分，没有扣分。回复「任务」看看怎么攒。']);
  });
});

describe('what fails', () => {
  const unavailable = new DomainError({ kind: 'unavailable', code: 'AWAY', message: 'away' });

  test('for a moment is answered busy, and the next delivery is tried afresh', async () => {
    let runs = 0;
    const { answerOnce } = bot(async () => {
      if (++runs === 1) throw unavailable;
      return said('done');
    });
    expect(textOf(await answerOnce(message(), at(SENT)))).toBe(BUSY);
    expect(textOf(await answerOnce(message(), at(SENT)))).toBe('done');
  });

  test('by hanging, with a database that gives no sign of life, is told as unsure in time', async () => {
    const { answerOnce } = bot(() => never, { probe: () => never });
    const { text, ms } = await timed(answerOnce(message(), at(SENT)));
    expect(text).toBe(UNSURE);
    expect(ms).toBeLessThanOrEqual(4500);
    expect(await keyValue.get('reply:gh_test:m1')).toBeNull();
  });

  test('as a bug gets a support code that is in the log too', async () => {
    const logged: unknown[] = [];
    const log = { ...at(SENT).log, error: (fields: unknown) => logged.push(fields) };
    const { answerOnce } = bot(async () => {
      throw new Error('a bug');
    });
    const text = textOf(await answerOnce(message(), at(SENT, { log } as Partial<Context>)));
    const code = /（编号 (\w{4})）/.exec(text)?.[1];
    expect(text).toContain('这次没办成，积分没有变化');
    expect(logged).toEqual([expect.objectContaining({ supportCode: code })]);
  });

  test('with a refusal that has no words, or lacks a fact of its words, is answered like a bug', async () => {
    for (const code of ['UNHEARD_OF', 'RATE_LIMITED']) {
      const { answerOnce } = bot(async () => {
        throw new DomainError({ kind: 'limited', code, message: 'no facts' });
      });
      expect(textOf(await answerOnce(message(code), at(SENT)))).toContain('这次没办成');
    }
  });

  test('in the store that keeps replies costs only the dedupe', async () => {
    const fail = async () => {
      throw new Error('connection refused');
    };
    const store = {
      ...keyValue,
      inMemory: false,
      get: fail,
      set: fail,
      claim: fail,
      count: fail,
      delete: fail,
    };
    const { answerOnce } = bot(async () => said('done'), { store });
    expect(textOf(await answerOnce(message(), at(SENT)))).toBe('done');
    expect(textOf(await answerOnce(message(), at(SENT)))).toBe('done');
  });

  test('in the store, once another delivery is at work, gets an empty answer', async () => {
    await replyStore(keyValue).claim(replyKeyOf(message()));
    const store = {
      ...keyValue,
      inMemory: false,
      get: () => Promise.reject(new Error('connection lost')),
    };
    const { answerOnce } = bot(async () => said('never asked'), { store });
    expect((await timed(answerOnce(message(), at(SENT)))).text).toBe('none');
  });

  test('in a store that hangs, together with a database that hangs, is told as unsure in time', async () => {
    const hang = () => never;
    const store = {
      ...keyValue,
      inMemory: false,
      get: hang,
      set: hang,
      claim: hang,
      count: hang,
      delete: hang,
    };
    const { answerOnce } = bot(() => never, { store, probe: () => never });
    const { text, ms } = await timed(answerOnce(message(), at(SENT)));
    expect(text).toBe(UNSURE);
    expect(ms).toBeLessThanOrEqual(4500);
  });

  test('for a message that nobody waits for is not said, and may be tried again', async () => {
    let runs = 0;
    const failing = async () => {
      if (++runs === 1) throw unavailable;
      return said('done');
    };
    const { answerOnce } = bot(failing, { isAwaited: () => false });
    expect(textOf(await answerOnce(message(), at(SENT)))).toBe('none');
    await answerOnce(message(), at(SENT));
    expect(runs).toBe(2);
  });

  test('never gets past the bot', async () => {
    const replies = {
      claim: () => {
        throw new Error('thrown, not rejected');
      },
      find: async () => null,
      keep: async () => undefined,
      release: async () => undefined,
    };
    const { answerOnce } = bot(async () => said('done'), { replies });
    expect(textOf(await answerOnce(message(), at(SENT)))).toContain('这次没办成');
  });
});

test('a message happens when it was sent, unless that is far from the clock', async () => {
  const seen: Context[] = [];
  const { answerOnce } = bot(async (_message: InboundMessage, ctx) => {
    seen.push(ctx);
    return said('done');
  });
  const sent = (sentAt: string, msgId: string) =>
    answerOnce({ ...message(msgId), sentAt: new Date(sentAt) }, at('2026-11-22T00:00:03+08:00'));
  await sent('2026-11-21T23:59:58+08:00', 'late');
  await sent('2026-11-21T23:50:00+08:00', 'stale');
  expect(seen.map(({ today, cause }) => `${today} ${cause}`)).toEqual([
    '2026-11-21 msg:late',
    '2026-11-22 msg:stale',
  ]);
});

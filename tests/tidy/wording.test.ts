import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { features } from '../../src/bot/features/index.ts';
import { understand } from '../../src/bot/understand/index.ts';
import { factsIn, piecesOf } from '../../src/wording/compile.ts';
import { type FactKind, LANGUAGES } from '../../src/wording/facts.ts';
import { loadCatalogue, type MessageKey } from '../../src/wording/index.ts';
import { MESSAGES } from '../../src/wording/messages.ts';
import { readWords } from '../../src/wording/read-words.ts';

const catalogue = loadCatalogue();
const keys = Object.keys(MESSAGES) as MessageKey[];
const words = { 'zh-CN': readWords('zh-CN'), en: readWords('en') };
const PLAIN = { tapLinks: false, bars: false };
const FULL = { tapLinks: true, bars: true };
const every = keys.flatMap((key) => LANGUAGES.map((language) => ({ key, language })));

/** Says any message with facts that fit its table, which the compiler cannot see here. */
function saying(language: (typeof LANGUAGES)[number], style = PLAIN) {
  return catalogue.say(language, style) as (key: MessageKey, facts: object) => string;
}

function kindsOf(key: MessageKey): [string, FactKind][] {
  return Object.entries(MESSAGES[key]);
}

const LONG_NAME = '礼'.repeat(20);
const LONG_URL = `https://points.example-shop.com.cn/h5/address?t=${'x'.repeat(120)}`;

/** The longest that each fact of that name gets; names that are not here are 20 characters long. */
const LONGEST_TEXTS: Readonly<Record<string, string>> = {
  code: '8K2M-4QXZ-8K2M',
  number: 'R8K2M4',
  orderNumber: 'R8K2M4',
  memberNo: 'M100238',
  orderId: `ord_${'0'.repeat(26)}`,
  unit: '张',
  receiver: '王**',
  phone: '138****2046',
  region: '新疆伊犁哈萨克自治州霍城县',
  carrier: '中国邮政速递物流',
  tracking: 'SF10…2046',
  answer: '92℃',
  word: '签到',
};

const LONGEST: Readonly<Record<FactKind, unknown>> = {
  points: 9_999_999,
  signedPoints: -9_999_999,
  count: 365,
  digits: 9_999_999,
  day: '2026-12-30',
  shortDay: '2026-12-30',
  longDay: '2026-12-30',
  time: new Date('2026-12-30T15:59:59Z'),
  text: LONG_NAME,
  longText: '问'.repeat(40),
  lines: '签到',
  url: LONG_URL,
};

/** Rows as the bot puts them together: five, three for 兑换 and 订单. */
function longestRows(key: MessageKey, language: (typeof LANGUAGES)[number]): string {
  const [row, count] = key.startsWith('statement')
    ? (['statement.row', 5] as const)
    : key.startsWith('tasks')
      ? (['tasks.row.once', 5] as const)
      : key.startsWith('orders')
        ? (['orders.row.shipped', 3] as const)
        : key.startsWith('expiring')
          ? (['expiring.row', 4] as const)
          : (['redeem.row', 3] as const);
  return Array.from({ length: count }, () =>
    saying(language)(row, longestFacts(row, language)),
  ).join('\n');
}

function longestFacts(key: MessageKey, language: (typeof LANGUAGES)[number]): object {
  const facts = kindsOf(key).map(([name, kind]) => {
    if (name === 'rows') return [name, longestRows(key, language)];
    if (name === 'words')
      return [name, '签到 · 余额 · 明细 · 到期 · 任务 · 兑换\n订单 · 地址 · 规则'];
    if (name === 'result') return [name, '一二三四五六七八九十\n'.repeat(3).trim()];
    if (name === 'choices') return [name, `1. ${LONG_NAME}　2. ${LONG_NAME}　3. ${LONG_NAME}`];
    if (kind === 'text') return [name, LONGEST_TEXTS[name] ?? LONGEST.text];
    return [name, LONGEST[kind]];
  });
  return Object.fromEntries(facts);
}

describe('the catalogue', () => {
  test.each(LANGUAGES)(
    'in %s every message has words, and its words say every fact',
    (language) => {
      expect([...words[language].keys()].toSorted()).toEqual([...keys].toSorted());
      for (const [key, text] of words[language]) {
        const given = Object.keys(MESSAGES[key as MessageKey]);
        expect([...factsIn(piecesOf(text))].toSorted(), key).toEqual(given.toSorted());
      }
    },
  );

  test.each(every)('$key in $language is short enough with the longest facts', (message) => {
    const { key, language } = message;
    const facts = longestFacts(key, language);
    const isList = kindsOf(key).some(([name]) => name === 'rows');
    const said = saying(language)(key, facts);
    expect(Buffer.byteLength(said)).toBeLessThanOrEqual(isList ? 1800 : 600);
    expect(said.split('\n').length).toBeLessThanOrEqual(isList ? 8 : 6);
    // With its links it still fits what the platform takes in one reply.
    expect(Buffer.byteLength(saying(language, FULL)(key, facts))).toBeLessThanOrEqual(1800);
  });

  test.each(every)('$key in $language is complete without links and bars', ({ key, language }) => {
    const facts = longestFacts(key, language);
    const plain = saying(language)(key, facts);
    const full = saying(language, FULL)(key, facts);
    expect(full.replace(/<[^>]+>/g, '').replace(/ [■□]+/g, '')).toBe(plain);
    expect(plain).not.toMatch(/[{}[\]<>■□]|undefined|NaN| \n|\n\n|\s$/);
  });

  test('sentences are short: at most 25 characters on average', () => {
    const sentences = [...words['zh-CN']]
      .filter(([key]) => !/^(h5|simulator|status|problem)\./.test(key))
      .flatMap(([, text]) => text.replace(/\{[^}]+\}/g, '00').split(/[。？！：，；\n]/))
      .filter((sentence) => sentence.trim());
    const chars = sentences.reduce((sum, sentence) => sum + [...sentence].length, 0);
    expect(chars / sentences.length).toBeLessThanOrEqual(25);
  });

  test('every refusal that has words is one that the code can make', () => {
    const codeless = ['err.generic', 'err.busy'];
    const source = readdirSync('src', { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
      .map((name) => readFileSync(`src/${name}`, 'utf8'))
      .join('\n');
    const refusals = keys.filter((key) => key.startsWith('err.') && !codeless.includes(key));
    expect(refusals.length).toBeGreaterThan(5);
    for (const key of refusals) expect(source).toContain(`'${key.slice(4).toUpperCase()}'`);
  });

  test('a text names only words that the bot answers', () => {
    const conversation = /^(确认|好了|更多|继续|兑换\{typed\}|看看能换什么)$/;
    const named = [...words['zh-CN']]
      .filter(([key]) => !key.startsWith('simulator.'))
      .flatMap(([key, text]) =>
        [...text.matchAll(/(?:回复|发|，|或)「\[?([^」{|\]]+)[^」]*」|\[([^\]|{]+)[^\]]*\]/g)].map(
          ([, quoted, tapped]) => ({ key, word: quoted ?? tapped ?? '' }),
        ),
      );
    expect(named.length).toBeGreaterThan(50);
    for (const { key, word } of named) {
      const { intent, confidence } = understand(word);
      const isCommand = intent !== 'unknown' && confidence === 1 && features.has(intent);
      expect(isCommand || conversation.test(word), `${key} names ${word}`).toBe(true);
    }
  });
});

describe('facts from outside', () => {
  const texts = fc.oneof(
    fc.string({ maxLength: 60 }),
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.string({
      unit: fc.constantFrom(
        '<',
        '>',
        'a',
        '/',
        ':',
        '\n',
        '\r',
        '\u2028',
        '\u202e',
        'http://x.cn',
        '[签到]',
        '{balance}',
      ),
    }),
  );
  const told = keys.filter((key) =>
    kindsOf(key).some(([, kind]) => kind === 'text' || kind === 'longText'),
  );

  test('never carry markup, links or line breaks into a message', () => {
    fc.assert(
      fc.property(fc.constantFrom(...told), texts, (key, text) => {
        const calm = longestFacts(key, 'zh-CN');
        const wild = Object.fromEntries(
          kindsOf(key).map(([name, kind]) => [
            name,
            kind === 'text' || kind === 'longText' ? text : (calm as Record<string, unknown>)[name],
          ]),
        );
        const { url: _, ...rest } = wild;
        const said = saying('zh-CN')(key, { ...rest, url: 'https://own' });
        expect(said.split('\n').length).toBe(saying('zh-CN')(key, calm).split('\n').length);
        expect(said.replaceAll('\n', '')).not.toMatch(/[<>\p{Cc}]/u);
        expect(said.replace('https://own', '')).not.toContain('://');
      }),
    );
  });

  test('never end a link of a tappable word early', () => {
    fc.assert(
      fc.property(texts, (word) => {
        const said = saying('zh-CN', FULL)('unknown.choice', { n: 1, word });
        expect(said.match(/<a href="[^"<>\n]*">[^<>\n]*<\/a>/g)?.length).toBe(1);
        expect(said.match(/[<>]/g)?.length).toBe(4);
      }),
    );
  });
});

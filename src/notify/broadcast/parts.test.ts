import { describe, expect, test } from 'vitest';
import { csvLine } from './csv-line.ts';
import { marketingWordIn } from './marketing-words.ts';
import { readPlan } from './plan.ts';
import { breaker } from './run/breaker.ts';
import { throttle } from './run/throttle.ts';

describe('a line of CSV', () => {
  test.each([
    [['M000001', 'sent'], 'M000001,sent'],
    [['a,b', 'say "hi"', 'two\nlines'], '"a,b","say ""hi""","two\nlines"'],
    [['=1+1', '+8613800000000', '-1', '@x', '\tx'], "'=1+1,'+8613800000000,'-1,'@x,'\tx"],
    [['', '🎉咖啡'], ',🎉咖啡'],
  ])('of %j is %j', (cells, line) => {
    expect(csvLine(cells)).toBe(line);
  });
});

test('marketing is found though it hides behind spaces and signs', () => {
  expect(marketingWordIn('您的订单已发货')).toBeNull();
  expect(marketingWordIn('限 时，抢-购')).toBe('抢购');
  expect(marketingWordIn('会员福🎁利')).toBe('福利');
});

describe('the breaker', () => {
  test('lets 25 of the last 500 fail, and not one more', () => {
    const watch = breaker();
    watch.note({ failed: false, times: 10_000 });
    for (let n = 0; n < 25; n++) watch.note({ failed: true, times: 1 });
    expect(watch.isTripped()).toBe(false);
    watch.note({ failed: true, times: 1 });
    expect(watch.isTripped()).toBe(true);
  });

  test('forgets what is longer ago', () => {
    const watch = breaker();
    watch.note({ failed: true, times: 26 });
    expect(watch.isTripped()).toBe(true);
    watch.note({ failed: false, times: 475 });
    expect(watch.isTripped()).toBe(false);
  });
});

test('within any sixty seconds no more is begun than the rate', () => {
  const at = (seconds: number) => new Date(1_800_000_000_000 + seconds * 1000);
  const limit = throttle(100, [
    { at: at(-70), messages: 50 },
    { at: at(-30), messages: 60 },
  ]);
  expect(limit.left(at(0))).toBe(40);
  limit.take({ at: at(0), messages: 40 });
  expect(limit.left(at(29.9))).toBe(0);
  expect(limit.left(at(30))).toBe(60);
  expect(limit.left(at(60))).toBe(100);
});

describe('a plan', () => {
  const notice = {
    name: '上新',
    channel: 'subscription',
    content: { templateId: 'S1', data: { thing1: '咖啡豆', date2: '2026年11月24日' } },
    audience: { members: 'all' },
  };
  const template = {
    ...notice,
    channel: 'template',
    audience: { rows: [{ memberNo: 'M000001', about: 'R8K2M4' }] },
  };
  const mass = {
    name: '会员日',
    channel: 'mass',
    content: { type: 'text', text: '会员日快乐' },
    audience: { members: 'all' },
  };
  const problemsOf = (given: unknown) => {
    const read = readPlan(given);
    return 'problems' in read ? read.problems.join('\n') : '';
  };

  test('that is well has the usual speed unless it says another', () => {
    expect(readPlan(notice)).toMatchObject({ plan: { ratePerMinute: 6000, window: null } });
    expect(problemsOf(template)).toBe('');
    expect(problemsOf(mass)).toBe('');
    expect(problemsOf({ ...mass, audience: { list: ['m000001', 'M000002'] } })).toBe('');
    const line = { text: '本周会员日', days: 3 };
    expect(problemsOf({ ...notice, channel: 'next-contact', content: line })).toBe('');
  });

  test.each([
    ['nothing', null, /./],
    ['an unknown channel', { ...notice, channel: 'pigeon' }, /channel/],
    ['a field too many', { ...notice, colour: 'red' }, /colour/],
    ['a speed of none', { ...notice, ratePerMinute: 0 }, /ratePerMinute/],
    ['an hour that is none', { ...notice, window: { from: '9', until: '21:00' } }, /09:00/],
    ['members by half', { ...notice, audience: { members: 'some' } }, /^audience: members: /],
    ['an audience of nothing', { ...notice, audience: 7 }, /an audience is `members: all` or/],
    [
      'a condition that is none',
      { ...mass, audience: { members: 'all', inactiveDays: 0 } },
      /^audience[.:] ?inactiveDays: /,
    ],
    ['mass messages one by one', { ...mass, ratePerMinute: 2 }, /go at 3 or more/],
    ['a number that is none', { ...notice, audience: { list: ['17'] } }, /audience/],
    [
      'somebody twice',
      { ...notice, audience: { list: ['M000001', 'm000001'] } },
      /M000001 is named twice/,
    ],
    ['rows elsewhere than in a template', { ...notice, audience: template.audience }, /audience/],
    ['a template for everybody', { ...template, audience: { members: 'all' } }, /audience/],
    [
      'marketing in a template',
      { ...template, content: { templateId: 'T1', data: { thing1: '限时 优惠' } } },
      /「优惠」 is marketing/,
    ],
    [
      'a value that is too long',
      { ...notice, content: { templateId: 'S1', data: { thing1: '😀'.repeat(21) } } },
      /thing1: too-long/,
    ],
    ['an empty text', { ...mass, content: { type: 'text', text: ' ' } }, /content/],
    [
      'the platform as judge without knowing what that means',
      { ...mass, audience: { platform: 'all' } },
      /ignoresOptOuts: true/,
    ],
  ])('with %s is refused', (_, given, problem) => {
    expect(problemsOf(given)).toMatch(problem);
  });

  test('says everything that is wrong at once', () => {
    const wrong = { ...notice, name: '', ratePerMinute: 0.5, startsAt: 'tomorrow' };
    expect(problemsOf(wrong).split('\n')).toHaveLength(3);
  });
});

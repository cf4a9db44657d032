import { expect, test } from 'vitest';
import { loadNoticeForms, loadSubscriptionForms, readNoticeForm } from './notice-forms.ts';

const form = (fields: string, head = 'title: 积分变动提醒') => `${head}\nfields:\n  ${fields}\n`;
const reading = (text: string) => () => readNoticeForm(text, 'x.yml');

test('our own notices are well', () => {
  expect(Object.keys(loadNoticeForms())).toEqual([
    'points-changed',
    'order-shipped',
    'points-expiring',
  ]);
  expect(Object.keys(loadSubscriptionForms())).toContain('checkin-reminder');
});

test.each([
  [
    'a type that the platform does not know',
    form('变动类型: { type: text, value: x }'),
    'no type text',
  ],
  [
    'a fixed text of 21 characters',
    form(`温馨提示: { type: thing, value: ${'一'.repeat(21)} }`),
    'too-long',
  ],
  [
    'Chinese where none may be',
    form('单号: { type: character_string, value: 单号 }'),
    'wrong-form',
  ],
  ['emoji', form('温馨提示: { type: thing, value: 可使用🎉 }'), 'emoji are taken away'],
  [
    'words of an advertisement',
    form('温馨提示: { type: thing, value: 限时抢购 }'),
    '限时 is a word',
  ],
  [
    'an advertisement in the title',
    form('余额: { type: number, value: "{x}" }', 'title: 福利通知'),
    '福利',
  ],
  ['a line that is taken away', form('first: { type: thing, value: 你好 }'), 'it is not shown'],
  ['no fields', 'title: 积分变动提醒\nfields: {}\n', 'it has no fields'],
  [
    'an address of others',
    form('余额: { type: number, value: "{x}" }', 'title: 提醒\nlink: https://a.b/'),
    'link',
  ],
  ['no form', 'hello', 'x.yml is no notice'],
])('a form is refused with %s', (_what, text, problem) => {
  expect(reading(text)).toThrow(problem);
  expect(reading(text)).toThrow('x.yml is no notice');
});

test('a form may have a page of ours to tap', () => {
  const head = 'title: 积分到期提醒\nlink: /h5/rules';
  expect(readNoticeForm(form('余额: { type: number, value: "{x}" }', head), 'x.yml').link).toBe(
    '/h5/rules',
  );
});

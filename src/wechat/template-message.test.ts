import { expect, test } from 'vitest';
import { checkTemplateField } from './template-message.ts';

test.each([
  ['thing', '积'.repeat(20)],
  ['thing', '🎉'.repeat(20)],
  ['short_thing', '早起签到了'],
  ['number', '1260'],
  ['number', '0.5'],
  ['letter', 'abcXYZ'],
  ['symbol', '+-*'],
  ['character_string', 'R20261121-0007'],
  ['time', '15:01'],
  ['time', '2026年11月21日 15:01'],
  ['time', '2026-11-21 15:01:00'],
  ['time', '8:00~22:00'],
  ['date', '2026年11月21日'],
  ['date', '2026年11月21日 15:01'],
  ['date', '2026年11月1日~2026年11月30日'],
  ['amount', '¥12.50'],
  ['amount', '1234567890元'],
  ['phone_number', '+86-138 0000 2046'],
  ['car_number', '浙A12345'],
  ['name', '欧阳小明'],
  ['name', 'Bartholomew Smith'],
  ['phrase', '已发放'],
  ['const', '已发货'],
  ['keyword', '任何一行字'],
])('%s takes %j', (type, value) => {
  expect(checkTemplateField(type, value)).toBe(null);
});

test.each([
  ['thing', '', 'empty'],
  ['thing', ' \n', 'empty'],
  ['thing', '积'.repeat(21), 'too-long'],
  ['thing', '第一行\n第二行', 'wrong-form'],
  ['short_thing', '早起签到了吗', 'too-long'],
  ['number', '1,260', 'wrong-form'],
  ['number', '+10', 'wrong-form'],
  ['number', '1'.repeat(33), 'too-long'],
  ['letter', 'abc1', 'wrong-form'],
  ['symbol', 'a', 'wrong-form'],
  ['symbol', '++++++', 'too-long'],
  ['character_string', '订单1', 'wrong-form'],
  ['character_string', 'R'.repeat(33), 'too-long'],
  ['time', '24:00', 'wrong-form'],
  ['time', '2026年11月21日', 'wrong-form'],
  ['date', '明天', 'wrong-form'],
  ['date', '11/21', 'wrong-form'],
  ['amount', '12345678901元', 'too-long'],
  ['amount', '十元', 'wrong-form'],
  ['phone_number', '1'.repeat(18), 'too-long'],
  ['phone_number', 'abc', 'wrong-form'],
  ['car_number', '浙A12345678', 'too-long'],
  ['name', '王'.repeat(11), 'too-long'],
  ['name', 'a'.repeat(21), 'too-long'],
  ['name', `王${'a'.repeat(10)}`, 'too-long'],
  ['phrase', '已发放给你了', 'too-long'],
  ['phrase', 'ok', 'wrong-form'],
  ['keyword', '长'.repeat(21), 'too-long'],
])('%s does not take %j: %s', (type, value, problem) => {
  expect(checkTemplateField(type, value)).toBe(problem);
});

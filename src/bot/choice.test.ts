import { describe, expect, test } from 'vitest';
import { chosenName, chosenNumber } from './choice.ts';

describe('a number chosen from a list', () => {
  test.each([
    ['1', 1],
    ['12', 12],
    ['0', 0],
    ['一', 1],
    ['两', 2],
    ['三', 3],
    ['十', 10],
    ['十二', 12],
    ['二十', 20],
    ['二十一', 21],
    ['第2个', 2],
    ['第二个', 2],
    ['选3', 3],
    ['2号', 2],
  ])('%s is %i', (text, number) => {
    expect(chosenNumber(text)).toBe(number);
  });

  test.each(['', '一二', '签到', '1000', '十十', '第个', '3件2', '第', '2个1'])(
    '%j is none',
    (text) => {
      expect(chosenNumber(text)).toBeNull();
    },
  );
});

describe('a name chosen from a list', () => {
  const names = ['燕麦拿铁券', '音乐会员月卡', '视频会员月卡', '马克杯'];

  test.each([
    ['马克杯', 3],
    ['燕麦拿铁券', 0],
    ['拿铁', 0],
    ['音乐', 1],
  ])('%s is number %i', (text, index) => {
    expect(chosenName(text, names)).toBe(index);
  });

  test('a part of several names, of none, or of one character is unclear', () => {
    expect(['会员', '保温杯', '杯', ''].map((text) => chosenName(text, names))).toEqual([
      null,
      null,
      null,
      null,
    ]);
  });
});

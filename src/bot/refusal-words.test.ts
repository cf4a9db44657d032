import { mongo } from 'mongoose';
import { describe, expect, test } from 'vitest';
import { at } from '../../tests/support/context.ts';
import type { Context } from '../kernel/context.ts';
import { DomainError } from '../kernel/errors.ts';
import { ledgerBusy } from '../loyalty/ledger/errors.ts';
import { StoreError } from '../loyalty/ledger/store.ts';
import { loadCatalogue } from '../wording/index.ts';
import { refusalWords } from './refusal-words.ts';

const catalogue = loadCatalogue();
const lost = new mongo.MongoNetworkError('connection lost');

function said(error: unknown, language: 'zh-CN' | 'en' = 'zh-CN') {
  const warnings: string[] = [];
  const warn = (_fields: unknown, phrase: string) => warnings.push(phrase);
  const ctx = at('2026-11-21T10:00:00+08:00');
  const told = { ...ctx, log: { ...ctx.log, warn } } as unknown as Context;
  const reply = refusalWords(catalogue, language).refusal(error, told);
  return { text: reply.type === 'text' ? reply.text : reply.type, warnings };
}

describe('what may be tried again', () => {
  test('is told as unchanged only when nothing was written, for certain', () => {
    const { text, warnings } = said(ledgerBusy('mem_1'));
    expect(text).toBe('现在排队的人有点多，积分没有变化。1 分钟后再试就好。');
    expect(warnings).toEqual(['answered err.busy']);
  });

  test.each([
    ['a write whose answer was lost', new StoreError('?', { cause: lost })],
    ['an entry that was relayed and is not visible yet', new StoreError('?')],
    ['a line that broke', lost],
    // Another delivery of the same message may have been worked on before this one.
    ['a database that is not there', new mongo.MongoServerSelectionError('none', {} as never)],
    ['what hides a broken line', new Error('not read', { cause: lost })],
    ['a write that not enough members confirmed', storeErrorOf(64)],
  ])('is told as unsure: %s', (_what, error) => {
    const { text, warnings } = said(error);
    expect(text).toBe(
      '现在连接有点慢，这条办好没有还不确定。1 分钟后再发一次就好，积分不会重复加减。',
    );
    expect(warnings).toEqual(['answered err.outcome_unknown']);
  });

  test('in English as well', () => {
    expect(said(ledgerBusy('mem_1'), 'en').text).toContain('your points have not changed');
    expect(said(lost, 'en').text).toContain('it is not certain yet whether this went through');
  });

  test('and what nobody hears an answer to in time is unsure too', () => {
    expect(refusalWords(catalogue, 'zh-CN').unsure()).toMatchObject({
      text: expect.stringContaining('还不确定'),
    });
  });
});

test('a refusal keeps its own words', () => {
  const details = { missing: 20 };
  const refused = {
    kind: 'conflict',
    code: 'POINTS_INSUFFICIENT',
    message: 'no',
    details,
  } as const;
  expect(said(new DomainError(refused)).text).toContain('还差 20 分');
});

function storeErrorOf(code: number): StoreError {
  return new StoreError('?', { cause: new mongo.MongoServerError({ message: 'failed', code }) });
}

import * as ledger from '../../loyalty/ledger/index.ts';
import type { Feature } from '../feature.ts';
import { statementRows } from '../statement-rows.ts';

const ROWS = 5;
/** Entries of more than one move give more rows; those of none give fewer. */
const ENTRIES = 8;
const ENTRIES_SEARCHED = 60;
const WHY = '为什么少了积分';

export const statementFeature: Feature = {
  intent: 'statement',

  async reply(turn) {
    const { ctx, member, understood, say } = turn;
    const isWhy = understood.word === WHY;
    const limit = isWhy ? ENTRIES_SEARCHED : ENTRIES;
    const [{ available: balance }, { entries }] = await Promise.all([
      ledger.balanceOf(ctx, member._id),
      ledger.statementOf(ctx, member._id, { limit }),
    ]);
    const rows = await statementRows(turn, { entries, max: ROWS, only: isWhy ? 'taken' : 'all' });
    const facts = { count: rows.length, balance, rows: rows.join('\n') };
    if (isWhy && rows.length > 0) return say('statement.why', facts);
    if (isWhy) return say('statement.why.none', { balance });
    return rows.length > 0 ? say('statement.list', facts) : say('statement.none');
  },
};

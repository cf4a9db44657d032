import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { addDays, NEVER } from '../../kernel/business-day.ts';
import * as ledger from '../../loyalty/ledger/index.ts';
import type { Member } from '../../loyalty/members/index.ts';
import { memberOf } from './member-of.ts';

const Names = z.object({
  openId: z.string().min(1).max(128).optional(),
  memberNo: z.string().max(20).optional(),
});
const One = z.object({ memberId: z.string().max(40) });
const Page = z.object({
  cursor: z.coerce.number().int().min(1).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(25),
});
const READ = { scope: 'members:read' } as const;

/** /api/v1/members: who a member is, what they can spend, and how it came to be. */
export const memberRoutes: FastifyPluginAsyncZod = async (routes) => {
  routes.get('/members', { config: READ, schema: { querystring: Names } }, async (request) => {
    return shown(await memberOf(request.ctx, request.query));
  });

  routes.get('/members/:memberId', { config: READ, schema: { params: One } }, async (request) => {
    return shown(await memberOf(request.ctx, request.params));
  });

  routes.get(
    '/members/:memberId/balance',
    { config: READ, schema: { params: One } },
    async ({ ctx, params }) => {
      const { _id } = await memberOf(ctx, params);
      const [balance, expiring] = await Promise.all([
        ledger.balanceOf(ctx, _id),
        ledger.expiringOf(ctx, _id, addDays(NEVER, -1)),
      ]);
      return { ...balance, expiring };
    },
  );

  routes.get(
    '/members/:memberId/entries',
    { config: READ, schema: { params: One, querystring: Page } },
    async ({ ctx, params, query }) => {
      const { _id } = await memberOf(ctx, params);
      const { cursor: before, limit } = query;
      const page = { limit, ...(before === undefined ? {} : { before }) };
      const { entries, cursor } = await ledger.statementOf(ctx, _id, page);
      return { entries: entries.map(entryShown), cursor };
    },
  );
};

function shown({ _id, memberNo, status, followedAt }: Member) {
  return { memberId: _id, memberNo, status, followedAt };
}

function entryShown({ _id, key, reason, postedAt, moves, balanceAfter, hash }: ledger.Entry) {
  const steps = moves.map(({ type, postings, sources, ruleVersion }) => {
    return { type, postings, sources, ruleVersion };
  });
  return { entryId: _id, key, reason, postedAt, moves: steps, balanceAfter, hash };
}

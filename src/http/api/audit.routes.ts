import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import * as ledger from '../../loyalty/ledger/index.ts';
import * as orders from '../../loyalty/orders/index.ts';

/** /api/v1/audit: proves the ledger, as it is now. */
export const auditRoutes: FastifyPluginAsyncZod = async (routes) => {
  routes.get('/audit', { config: { scope: 'audit:read' } }, async ({ ctx }) => {
    const { ok, checkedAt, accounts, entries, findings } = await ledger.audit(ctx, {
      joins: orders.joins,
    });
    return { ok, checkedAt, accounts, entries, findings };
  });
};

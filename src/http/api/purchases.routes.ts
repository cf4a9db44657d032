import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import * as purchases from '../../loyalty/purchases/index.ts';
import { memberOf } from './member-of.ts';

const Line = z.strictObject({ category: z.string().min(1).max(60), amountFen: z.int().min(0) });
const Sale = z.object({
  purchaseId: z.string().min(1).max(100),
  openId: z.string().min(1).max(128).optional(),
  memberNo: z.string().max(20).optional(),
  memberId: z.string().max(40).optional(),
  amountFen: z.int().min(0),
  paidAt: z.iso.datetime({ offset: true }),
  lines: z.array(Line).max(200).optional(),
});
const One = z.object({ purchaseId: z.string().min(1).max(100) });
const Refund = z.object({
  refundId: z.string().min(1).max(50),
  amountFen: z.int().min(1),
  refundedAt: z.iso.datetime({ offset: true }),
  lines: z.array(Line).max(200).optional(),
});
const config = { scope: 'purchases:write' } as const;

/**
 * /api/v1/purchases: sales that shops report, each earns once, by the rules of its day; and what came
 * back of them, which takes back what it had earned.
 */
export const purchaseRoutes: FastifyPluginAsyncZod = async (routes) => {
  routes.post('/purchases', { config, schema: { body: Sale } }, async (request, reply) => {
    const { ctx, partner, body } = request;
    const { purchaseId, amountFen, lines } = body;
    const { _id: memberId } = await memberOf(ctx, body);
    const paidAt = new Date(body.paidAt);
    const source = partner?._id ?? '';
    const sale = { purchaseId, memberId, amountFen, paidAt, source, lines };
    const { entryId, pointsEarned, balance, repeated } = await purchases.recordPurchase(ctx, sale);
    if (repeated) void reply.header('idempotency-hit', 'true');
    return reply.code(201).send({ entryId, pointsEarned, balance });
  });

  routes.post(
    '/purchases/:purchaseId/refunds',
    { config, schema: { params: One, body: Refund } },
    async ({ ctx, partner, params, body }, reply) => {
      const refundedAt = new Date(body.refundedAt);
      const refund = { ...params, ...body, refundedAt, source: partner?._id ?? '' };
      const { repeated, ...answer } = await purchases.recordRefund(ctx, refund);
      if (repeated) void reply.header('idempotency-hit', 'true');
      return reply.code(201).send(answer);
    },
  );
};

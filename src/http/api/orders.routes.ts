import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { isId, type OrderId } from '../../kernel/ids.ts';
import * as orders from '../../loyalty/orders/index.ts';

const One = z.object({
  orderId: z.custom<OrderId>(
    (text) => typeof text === 'string' && isId('ord', text),
    'no order id',
  ),
});
const Shipment = z.object({
  carrier: z.string().trim().min(1).max(40),
  trackingNumber: z.string().regex(/^[0-9A-Za-z-]{6,32}$/),
});
const config = { scope: 'orders:write' } as const;

/** /api/v1/orders: what a warehouse sees of an order, and what it does about it. */
export const orderRoutes: FastifyPluginAsyncZod = async (routes) => {
  routes.get('/orders/:orderId', { config, schema: { params: One } }, async ({ ctx, params }) => {
    return shown(await orders.getOrder(ctx, params.orderId));
  });

  routes.post(
    '/orders/:orderId/shipment',
    { config, schema: { params: One, body: Shipment } },
    async ({ ctx, params, body }, reply) => {
      await orders.shipOrder(ctx, { ...params, ...body });
      return reply.code(201).send(shown(await orders.getOrder(ctx, params.orderId)));
    },
  );
};

function shown(order: orders.Order) {
  const { _id, number, memberId, rewardName, pricePoints, fulfilment, status } = order;
  const { shipment, placedAt } = order;
  return {
    orderId: _id,
    number,
    memberId,
    rewardName,
    pricePoints,
    fulfilment,
    status,
    shipment: shipment ?? null,
    placedAt,
  };
}

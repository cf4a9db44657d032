import type { FastifyInstance } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import type { KeyValue } from '../../platform/key-value.ts';
import { sendNotFound, sendProblem } from '../problem.ts';
import { auditRoutes } from './audit.routes.ts';
import { guardApi } from './guard.ts';
import { rememberAnswers } from './idempotency.ts';
import { memberRoutes } from './members.routes.ts';
import { orderRoutes } from './orders.routes.ts';
import { purchaseRoutes } from './purchases.routes.ts';

/** /api/v1: JSON for tills, shop systems and warehouses. */
export async function apiRoutes(
  routes: FastifyInstance,
  { keyValue }: { readonly keyValue: KeyValue },
): Promise<void> {
  routes.setValidatorCompiler(validatorCompiler);
  routes.setSerializerCompiler(serializerCompiler);
  routes.setErrorHandler(sendProblem);
  routes.setNotFoundHandler(sendNotFound);
  guardApi(routes);
  rememberAnswers(routes, keyValue);
  await routes.register(purchaseRoutes);
  await routes.register(memberRoutes);
  await routes.register(orderRoutes);
  await routes.register(auditRoutes);
}

import { randomBytes } from 'node:crypto';
import Fastify, { type FastifyInstance, type FastifyPluginAsync } from 'fastify';
import type { Clock, Log } from '../kernel/context.ts';
import type { KeyValue } from '../platform/key-value.ts';
import { apiRoutes } from './api/index.ts';
import { assetRoutes } from './assets.ts';
import type { H5Options } from './h5/h5-view.ts';
import { h5Routes } from './h5/index.ts';
import { type HealthOptions, healthRoutes } from './health.routes.ts';
import { sendNotFound, sendProblem } from './problem.ts';
import { giveContext } from './request-context.ts';
import { type WebhookOptions, webhookRoutes } from './webhook/webhook.routes.ts';

export { type AssetOf, assetNames } from './assets.ts';

export interface HttpParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly trustProxy: readonly string[];
  readonly keyValue: KeyValue;
  readonly webhook: Pick<WebhookOptions, 'keys' | 'answer'>;
  readonly h5: H5Options;
  readonly health: HealthOptions;
  /** The pretend WeChat, while there is no real one. */
  readonly simulator: FastifyPluginAsync | null;
}

/** Everything that is answered over HTTP. */
export async function buildHttp(parts: HttpParts): Promise<FastifyInstance> {
  const { clock, log, webhook, simulator } = parts;
  const app = Fastify({
    trustProxy: [...parts.trustProxy],
    genReqId: requestIds(),
    routerOptions: { ignoreTrailingSlash: true },
    // A request that hangs holds nothing for ever; WeChat hangs up after 5 s anyway.
    requestTimeout: 30_000,
    // Requests in hand are finished; new ones are refused by /readyz, not by a torn connection.
    return503OnClosing: false,
  });
  // Before what every other request is given: a message brings its own context.
  await app.register(webhookRoutes, { ...webhook, clock, log });
  giveContext(app, { clock, log });
  app.setErrorHandler(sendProblem);
  app.setNotFoundHandler(sendNotFound);
  await app.register(healthRoutes, parts.health);
  await app.register(assetRoutes);
  await app.register(h5Routes, { prefix: '/h5', pages: parts.h5 });
  await app.register(apiRoutes, { prefix: '/api/v1', keyValue: parts.keyValue });
  if (simulator) {
    await app.register(simulator);
    app.get('/', async (_request, reply) => reply.redirect('/simulator', 302));
  }
  return app;
}

/** Short, unlike those of the last start, and good to read over the telephone. */
function requestIds(): () => string {
  const start = randomBytes(4).toString('hex');
  let count = 0;
  return () => `${start}-${(++count).toString(36)}`;
}

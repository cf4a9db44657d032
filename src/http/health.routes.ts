import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { renderMetrics } from '../platform/metrics.ts';
import { isThisMachine, mayWith } from './who.ts';

export interface HealthOptions {
  /** What must answer before traffic is welcome, by name. WeChat's own health is no check. */
  readonly checks: Readonly<Record<string, () => Promise<unknown>>>;
  /** True once the service has been asked to stop. */
  readonly stopping: () => boolean;
  /** Lets others than this machine read the metrics. */
  readonly metricsToken: string | null;
}

const CHECK_MS = 2000;

/** /healthz, /readyz and /metrics. */
export async function healthRoutes(app: FastifyInstance, options: HealthOptions): Promise<void> {
  app.get('/healthz', async () => ({ status: 'ok' }));

  app.get('/readyz', async (_request, reply) => {
    const checks = await outcomes(options.checks);
    const ready = !options.stopping() && Object.values(checks).every((check) => check === 'ok');
    const status = ready ? 'ready' : options.stopping() ? 'stopping' : 'unready';
    return reply.code(ready ? 200 : 503).send({ status, checks });
  });

  app.get('/metrics', async (request, reply) => {
    if (!mayRead(request, options.metricsToken)) return forbidden(reply);
    const { text, contentType } = await renderMetrics();
    return reply.type(contentType).send(text);
  });
}

function mayRead(request: FastifyRequest, token: string | null): boolean {
  return isThisMachine(request) || (token !== null && mayWith(request, token));
}

function forbidden(reply: FastifyReply): unknown {
  return reply.code(403).send({ status: 'forbidden' });
}

async function outcomes(
  checks: HealthOptions['checks'],
): Promise<Record<string, 'ok' | 'failing'>> {
  const named = Object.entries(checks).map(async ([name, check]) => {
    const ok = await withinTime(check()).then(
      () => true,
      () => false,
    );
    return [name, ok ? 'ok' : 'failing'] as const;
  });
  return Object.fromEntries(await Promise.all(named));
}

async function withinTime(work: Promise<unknown>): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), CHECK_MS);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

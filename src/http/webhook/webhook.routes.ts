import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Clock, Log } from '../../kernel/context.ts';
import { counter, histogram } from '../../platform/metrics.ts';
import * as wechat from '../../wechat/index.ts';
import { readBody } from './read-body.ts';

const received = counter({
  name: 'jifenwu_webhook_messages_total',
  help: 'Pushes that were opened, by type of message or event',
  labels: ['type'],
});
const refused = counter({
  name: 'jifenwu_webhook_refused_total',
  help: 'Pushes that were refused, by reason',
  labels: ['code'],
});
const answered = histogram({
  name: 'jifenwu_webhook_answer_seconds',
  help: 'Time from a push to its answer',
  buckets: [0.01, 0.05, 0.1, 0.5, 1, 2, 3.5, 5],
});

export interface WebhookOptions {
  readonly keys: wechat.AccountKeys;
  readonly clock: Clock;
  readonly log: Log;
  /** Never throws: what went wrong is said in words. */
  readonly answer: (message: wechat.InboundMessage, received: Date) => Promise<wechat.Reply>;
}

type Query = Readonly<Record<string, string | undefined>>;

/** /wechat: WeChat checks that we are here, and pushes what followers do. */
export async function webhookRoutes(
  routes: FastifyInstance,
  { keys, clock, log, answer }: WebhookOptions,
): Promise<void> {
  // The platform says text/xml, people's tools say anything: the bytes are what counts. Fastify looks
  // for the parser of a type that it was not told by name anew each time.
  routes.removeAllContentTypeParsers();
  routes.addContentTypeParser(['text/xml', '*'], readBody);
  routes.setErrorHandler((error, request, reply) => refuse(error, { request, reply, log }));

  routes.get<{ Querystring: Query }>('/wechat', async (request, reply) => {
    return reply.type('text/plain; charset=utf-8').send(wechat.checkEcho(keys, request.query));
  });

  routes.post<{ Querystring: Query; Body: Buffer | undefined }>('/wechat', (request, reply) => {
    const now = clock();
    const startedAt = performance.now();
    const message = wechat.openEnvelope(keys, request.query, { body: request.body ?? NONE, now });
    received.add({ type: message?.content.type ?? 'foreign' });
    if (!message) return send(reply, ACKNOWLEDGED);
    const fail = (error: Error) => reply.send(error);
    answer(message, now)
      .then((said) => {
        const body = wechat.sealReply(keys, message, { reply: said, now: clock() });
        answered.observe({}, (performance.now() - startedAt) / 1000);
        send(reply, body);
      })
      .catch(fail);
  });
}

const NONE = Buffer.alloc(0);
const ACKNOWLEDGED = 'success';
const TEXT = 'text/plain; charset=utf-8';
const XML = 'text/xml; charset=utf-8';

/** Nothing in this service looks at an answer on its way: it goes out as it is, in one piece. */
function send(reply: FastifyReply, body: string): void {
  const type = body === ACKNOWLEDGED ? TEXT : XML;
  const head = ['Content-Type', type, 'Content-Length', String(Buffer.byteLength(body))];
  reply.hijack().raw.writeHead(200, head).end(body);
}

interface Refused {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly log: Log;
}

/** Says which kind of mistake it was, and nothing that helps to make the next one. */
function refuse(error: unknown, { request, reply, log }: Refused): unknown {
  const { status, code } = verdictOn(error);
  refused.add({ code });
  const fields = { requestId: request.id, code };
  if (status >= 500) log.error({ ...fields, err: error }, 'push failed');
  else log.warn(fields, 'push refused');
  return reply.code(status).type(TEXT).send(code);
}

function verdictOn(error: unknown): { readonly status: number; readonly code: string } {
  if (error instanceof wechat.EnvelopeError) {
    const status = { forbidden: 403, limited: 413 }[error.kind as string] ?? 400;
    return { status, code: error.code };
  }
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
  if (status === 413) return { status, code: 'BODY_TOO_LARGE' };
  return status < 500 ? { status: 400, code: 'REQUEST_INVALID' } : { status, code: 'INTERNAL' };
}

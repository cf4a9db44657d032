import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Engine } from '../engine.ts';
import { phoneOf } from '../page/phone-cookie.ts';
import { LineBroken } from './play-fault.ts';

/** Larger than any file that the platform takes, so that it can say so itself. */
const BODY_BYTES_MAX = 32 * 1024 * 1024;

const PREFIX = '/simulator/weixin/';

/**
 * /simulator/weixin: the pretend `api.weixin.qq.com`, `mp.weixin.qq.com` and `open.weixin.qq.com`, which
 * read any body as the platform does.
 */
export function weixinRoutes(routes: FastifyInstance, engine: Engine): void {
  routes.removeAllContentTypeParsers();
  const parser = { parseAs: 'buffer', bodyLimit: BODY_BYTES_MAX } as const;
  routes.addContentTypeParser('*', parser, (_request, body, done) => {
    done(null, body);
  });
  routes.route<Call>({
    method: ['GET', 'POST'],
    url: '/*',
    bodyLimit: BODY_BYTES_MAX,
    handler: (request, reply) => answer(engine, request, reply),
  });
}

interface Call {
  readonly Params: { readonly '*': string };
  readonly Querystring: Readonly<Record<string, string | readonly string[]>>;
}

/** Of a name that stands there twice, the first counts. */
function single(query: Call['Querystring']): Record<string, string | undefined> {
  const entries = Object.entries(query);
  return Object.fromEntries(entries.map(([name, value]) => [name, [value].flat()[0]]));
}

async function answer(engine: Engine, request: FastifyRequest<Call>, reply: FastifyReply) {
  const { method, params, query, body } = request;
  try {
    const answered = await engine.answerCall({
      method,
      path: params['*'],
      query: single(query),
      body: Buffer.isBuffer(body) ? body : '',
      contentType: request.headers['content-type'],
      phone: phoneOf(request),
      base: `${request.protocol}://${request.host}${PREFIX}`,
    });
    return reply.code(answered.status).headers(answered.headers).send(answered.body);
  } catch (error) {
    if (!(error instanceof LineBroken)) throw error;
    request.raw.socket.destroy();
    return reply.hijack();
  }
}

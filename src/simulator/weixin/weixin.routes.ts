import type { FastifyInstance } from 'fastify';
import type { Engine } from '../engine.ts';

/** /simulator/weixin: the pretend `api.weixin.qq.com`, which reads any body as the platform does. */
export function weixinRoutes(routes: FastifyInstance, engine: Engine): void {
  routes.removeAllContentTypeParsers();
  routes.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => {
    done(null, body);
  });
  routes.route<{ Params: { '*': string }; Querystring: Record<string, string> }>({
    method: ['GET', 'POST'],
    url: '/*',
    async handler({ method, params, query, body }, reply) {
      const text = typeof body === 'string' ? body : '';
      const answer = await engine.answerCall({ method, path: params['*'], query, body: text });
      return reply.code(answer.status).send(answer.body);
    },
  });
}

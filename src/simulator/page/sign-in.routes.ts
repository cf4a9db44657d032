import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { SignInPage } from '../../../templates/simulator/sign-in-page.tsx';
import type { View } from '../../../templates/simulator/view.ts';
import type { Guard } from './guard.ts';
import { sendPage } from './page.routes.ts';

const FORM = 'application/x-www-form-urlencoded';

interface SignInParts {
  readonly guard: Guard;
  readonly view: View;
}

/** Lets in who may come: this machine, who sends the demo password, and who has signed in with it. */
export function signInRoutes(routes: FastifyInstance, { guard, view }: SignInParts): void {
  if (!routes.hasContentTypeParser(FORM)) {
    routes.addContentTypeParser(FORM, { parseAs: 'string' }, (_request, body, done) => {
      done(null, Object.fromEntries(new URLSearchParams(String(body))));
    });
  }

  routes.addHook('onRequest', async (request, reply) => {
    if (guard.lets(request) || request.routeOptions.url === '/simulator/sign-in') return;
    return refuse(request, reply, { guard, view });
  });

  routes.post('/sign-in', (request, reply) => {
    const { password = '' } = (request.body ?? {}) as { readonly password?: unknown };
    const cookie = guard.cookieFor(String(password));
    if (!cookie) return sendPage(reply.code(403), SignInPage({ wrong: true, view }));
    return reply.header('set-cookie', cookie).redirect('/simulator', 303);
  });
}

function refuse(request: FastifyRequest, reply: FastifyReply, { guard, view }: SignInParts) {
  const isPage = request.method === 'GET' && request.routeOptions.url === '/simulator';
  if (isPage && guard.asks) return sendPage(reply.code(401), SignInPage({ wrong: false, view }));
  return reply
    .code(403)
    .type('application/problem+json; charset=utf-8')
    .send(
      JSON.stringify({
        type: 'about:blank',
        title: 'only for this machine, or with the demo password',
        status: 403,
        code: 'SIMULATOR_CLOSED',
        requestId: request.id,
      }),
    );
}

import type { FastifyInstance } from 'fastify';
import { type Actor, type Clock, type Context, contextAt, type Log } from '../kernel/context.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The circumstances of this request; its instant is when it came in. */
    ctx: Context;
  }
}

const NOBODY: Actor = { type: 'system', id: 'http' };

/** Gives every request its context; a sign-in later puts its own actor into it. */
export function giveContext(
  app: FastifyInstance,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): void {
  app.decorateRequest('ctx');
  app.addHook('onRequest', (request, _reply, done) => {
    request.ctx = contextAt({ now: clock(), actor: NOBODY, cause: `http:${request.id}`, log });
    done();
  });
}

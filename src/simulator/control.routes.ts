import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { businessDayOf } from '../kernel/business-day.ts';
import { checked } from './checked.ts';
import type { Engine } from './engine.ts';
import { faultRoutes } from './fault.routes.ts';
import type { Line } from './world/transcript.ts';

const openId = z.string().regex(/^[\w-]{1,64}$/);
const scene = z.string().min(1).max(64);
const Follow = z.object({ openId: openId.optional(), scene: scene.optional() });
const Unfollow = z.object({ openId });
const Say = z.object({
  openId,
  text: z.string().max(20_000),
  msgId: z.string().min(1).max(64).optional(),
  repeat: z.int().min(0).max(10).optional(),
  menuId: z.string().max(256).optional(),
});
const Tap = z.object({ openId, key: z.string().min(1).max(1024) });
const ticket = z.string().min(1).max(256);
const Scan = z.union([z.object({ openId, scene }), z.object({ openId, ticket })]);
const Consent = z
  .object({
    openId,
    templateIds: z.array(z.string().min(1).max(128)).min(1).max(5),
    answer: z.enum(['accept', 'reject']),
    where: z.enum(['popup', 'settings']).default('popup'),
  })
  .refine(({ answer, where }) => where === 'popup' || answer === 'reject', {
    message: 'settings only take consents back',
    path: ['answer'],
  });
const Turn = z.object({
  to: z.string().optional(),
  advanceSeconds: z.number().min(0).max(31_622_400).optional(),
});
const Whose = z.object({ openId });
const After = z.object({ after: z.coerce.number().int().min(0).default(0) });

/** /simulator/api: acting as followers, from scripts and from the page (guide 10.6). */
export function controlRoutes(routes: FastifyInstance, engine: Engine): void {
  routes.post('/follow', ({ body }) => engine.follow(checked(Follow, body ?? {})));
  routes.post('/unfollow', ({ body }) => engine.unfollow(checked(Unfollow, body)));
  routes.post('/say', ({ body }) => engine.say(checked(Say, body)));
  routes.post('/tap', ({ body }) => engine.tap(checked(Tap, body)));
  routes.post('/scan', ({ body }) => engine.scan(checked(Scan, body)));

  routes.post('/consent', ({ body }) => engine.consent(checked(Consent, body)));

  routes.post('/clock', async ({ body }) => {
    const now = await engine.turnClock(checked(Turn, body));
    return { now, today: businessDayOf(now) };
  });

  faultRoutes(routes, engine);

  routes.get('/transcript', ({ query }, reply) => {
    const lines = engine.transcript(checked(Whose, query).openId);
    return reply.send({ messages: lines.map(published) });
  });

  routes.get('/exchanges', ({ query }, reply) =>
    reply.send({ exchanges: engine.exchanges(checked(After, query).after) }),
  );

  routes.post('/reset', async (_, reply) => {
    await engine.reset();
    return reply.code(204).send();
  });
}

/** The interface has no word of its own for WeChat's failure line: it stands where a reply would. */
function published({ at, from, via, text, data }: Line) {
  const message = { at, from, via: via === 'failure' ? 'reply' : via, text };
  return data ? { ...message, data } : message;
}

import type { FastifyInstance, FastifyReply } from 'fastify';
import type { VNode } from 'preact';
import { render } from 'preact-render-to-string';
import { z } from 'zod';
import { fragmentsOf } from '../../../templates/simulator/fragments.tsx';
import { SimulatorPage } from '../../../templates/simulator/simulator-page.tsx';
import type { View } from '../../../templates/simulator/view.ts';
import type { Scene } from '../../../templates/simulator/world.tsx';
import type { Platform } from '../platform.ts';
import { pageFacts } from './page-facts.ts';
import { rememberPhone } from './phone-cookie.ts';

export interface PageParts {
  readonly platform: Platform;
  readonly view: View;
  readonly scenes: readonly Scene[];
}

const number = z.coerce.number().int().min(0).catch(0);
const Wanted = z.object({ openId: z.string().max(64).optional(), line: number, exchange: number });

/** /simulator: the page, and what has been added to it since a moment. */
export function pageRoutes(routes: FastifyInstance, { platform, view, scenes }: PageParts): void {
  routes.get('/', (request, reply) => {
    const wanted = { ...Wanted.parse(request.query), line: 0, exchange: 0 };
    const facts = pageFacts(platform, wanted);
    const { openId = '' } = facts.person ?? {};
    return sendPage(rememberPhone(reply, openId), SimulatorPage({ ...facts, scenes, view }));
  });

  routes.get('/view', (request, reply) => {
    const wanted = Wanted.parse(request.query);
    const facts = pageFacts(platform, wanted);
    const { added, replaced } = fragmentsOf({ ...facts, view });
    return reply.header('cache-control', 'no-store').send({
      shown: facts.shown,
      mayWrite: facts.person?.standing === 'following',
      added: rendered(added),
      replaced: rendered(replaced),
    });
  });
}

/** Answers with a page that runs no script and no style but its own. */
export function sendPage(reply: FastifyReply, page: VNode): FastifyReply {
  return reply
    .header(
      'content-security-policy',
      "default-src 'self'; img-src 'self' data:; script-src 'self'; style-src 'self'; " +
        "frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
    )
    .header('cache-control', 'no-store')
    .header('referrer-policy', 'same-origin')
    .header('x-content-type-options', 'nosniff')
    .type('text/html; charset=utf-8')
    .send(`<!doctype html>${render(page)}`);
}

function rendered(nodes: Readonly<Record<string, VNode>>): Record<string, string> {
  return Object.fromEntries(Object.entries(nodes).map(([name, node]) => [name, render(node)]));
}

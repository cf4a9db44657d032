import type { FastifyError, FastifyInstance, FastifyPluginAsync } from 'fastify';
import type { Scene } from '../../templates/simulator/world.tsx';
import type * as wording from '../wording/index.ts';
import { controlRoutes } from './control.routes.ts';
import type { Engine } from './engine.ts';
import { guardWith } from './page/guard.ts';
import { pageRoutes } from './page/page.routes.ts';
import { signInRoutes } from './page/sign-in.routes.ts';
import type { Platform } from './platform.ts';
import { problemOf } from './problem.ts';
import { weixinRoutes } from './weixin/weixin.routes.ts';

/** What the page is shown with, and to whom. */
export interface PageOptions {
  readonly say: wording.Say<string>;
  readonly language: wording.Language;
  /** The address of a file of `templates/assets`. */
  readonly asset: (name: string) => string;
  /** What the page offers to scan. */
  readonly scenes: readonly Scene[];
  /** Null: only this machine may come. A password lets in others who know it. */
  readonly password: string | null;
}

type Parts = PageOptions & { readonly engine: Engine; readonly platform: Platform };

/** Everything under /simulator. */
export function simulatorRoutes(parts: Parts): FastifyPluginAsync {
  const { engine, platform, scenes, say, language, asset } = parts;
  const view = { say, language, asset };
  const guard = guardWith(parts.password);

  async function below(routes: FastifyInstance): Promise<void> {
    answerProblems(routes, platform);
    signInRoutes(routes, { guard, view });
    pageRoutes(routes, { platform, view, scenes });
    await routes.register(async (api) => controlRoutes(api, engine), { prefix: '/api' });
    await routes.register(async (api) => weixinRoutes(api, engine), { prefix: '/weixin' });
  }

  return async (app) => {
    await app.register(below, { prefix: '/simulator' });
  };
}

function answerProblems(routes: FastifyInstance, { log }: Platform): void {
  routes.setErrorHandler<FastifyError>((error, request, reply) => {
    const problem = problemOf(error);
    if (problem.status >= 500) log.error({ err: error, requestId: request.id }, 'request failed');
    return reply
      .code(problem.status)
      .type('application/problem+json; charset=utf-8')
      .send(JSON.stringify({ type: 'about:blank', ...problem, requestId: request.id }));
  });
}

import formBody from '@fastify/formbody';
import type { FastifyInstance } from 'fastify';
import { addressRoutes } from './address.routes.tsx';
import { h5Errors } from './error-page.tsx';
import type { H5Options } from './h5-view.ts';
import { privacyRoutes } from './privacy.routes.tsx';
import { rulesRoutes } from './rules.routes.tsx';

const FORM_BYTES_MAX = 16 * 1024;

/** /h5: pages that followers open inside WeChat. */
export async function h5Routes(
  routes: FastifyInstance,
  { pages }: { readonly pages: H5Options },
): Promise<void> {
  await routes.register(formBody, { bodyLimit: FORM_BYTES_MAX });
  h5Errors(routes, pages);
  await routes.register(addressRoutes, pages);
  await routes.register(rulesRoutes, pages);
  await routes.register(privacyRoutes, pages);
}

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { assert } from '../../kernel/assert.ts';
import { DomainError } from '../../kernel/errors.ts';
import * as staff from '../../staff/index.ts';
import { bearerOf } from '../who.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What a partner's key must allow. */
    scope?: staff.Scope;
  }
  interface FastifyRequest {
    partner: staff.PartnerKey | null;
  }
}

/** Refuses every partner request that its key does not cover. A route without a scope stops the start. */
export function guardApi(routes: FastifyInstance): void {
  routes.decorateRequest('partner', null);
  routes.addHook('onRoute', ({ url, config }) => {
    assert(config?.scope, `${url} declares no scope`);
  });
  routes.addHook('onRequest', async (request) => {
    const partner = await partnerOf(request);
    const { scope } = request.routeOptions.config;
    if (request.is404) return;
    if (!scope || !partner.scopes.includes(scope)) throw scopeMissing(scope ?? 'none');
    request.partner = partner;
    const actor = { type: 'system', id: partner._id } as const;
    request.ctx = { ...request.ctx, actor };
  });
}

async function partnerOf(request: FastifyRequest): Promise<staff.PartnerKey> {
  const key = bearerOf(request);
  const partner = key === null ? null : await staff.findPartnerKey(key);
  if (!partner) throw keyUnknown();
  return partner;
}

function keyUnknown(): DomainError {
  const message = 'send a valid key as Authorization: Bearer';
  return new DomainError({ kind: 'forbidden', code: 'KEY_UNKNOWN', message });
}

function scopeMissing(scope: string): DomainError {
  const message = `the key does not have the scope ${scope}`;
  return new DomainError({ kind: 'forbidden', code: 'SCOPE_MISSING', message });
}

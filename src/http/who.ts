import { timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';

/** Whether a request comes from the machine that the service runs on. */
export function isThisMachine({ ip }: FastifyRequest): boolean {
  return ip === '127.0.0.1' || ip === '::1' || ip === '::ffff:127.0.0.1';
}

/** The token of `Authorization: Bearer …`; null when there is none. */
export function bearerOf({ headers }: FastifyRequest): string | null {
  const [, token] = /^Bearer ([\x21-\x7e]{1,200})$/i.exec(headers.authorization ?? '') ?? [];
  return token ?? null;
}

/** Whether a request carries this very token; compared in constant time. */
export function mayWith(request: FastifyRequest, token: string): boolean {
  const given = Buffer.from(bearerOf(request) ?? '');
  const wanted = Buffer.from(token);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

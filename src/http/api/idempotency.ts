import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { DomainError } from '../../kernel/errors.ts';
import type { KeyValue } from '../../platform/key-value.ts';

const KEPT_MS = 24 * 3_600_000;

interface Answered {
  /** What was asked: method, address and body. */
  readonly request: string;
  readonly status: number;
  readonly body: string;
}

/**
 * Every POST names itself by `Idempotency-Key`; a repeat within a day gets the first answer, marked
 * `Idempotency-Hit: true`. This only saves work: what must happen once is named by its own fact.
 */
export function rememberAnswers(routes: FastifyInstance, keyValue: KeyValue): void {
  routes.addHook('preHandler', async (request, reply) => {
    if (request.method !== 'POST') return;
    const stored = await keyValue.get(nameOf(request));
    if (stored === null) return;
    const { request: asked, status, body } = JSON.parse(stored) as Answered;
    if (asked !== contentOf(request)) throw keyReused();
    await repeat(reply, { status, body });
  });
  routes.addHook('onSend', async (request, reply, payload) => {
    if (request.method !== 'POST' || reply.hasHeader('idempotency-hit')) return;
    if (reply.statusCode >= 300 || typeof payload !== 'string') return;
    const answered: Answered = {
      request: contentOf(request),
      status: reply.statusCode,
      body: payload,
    };
    await keyValue.set(nameOf(request), JSON.stringify(answered), { ttlMs: KEPT_MS });
  });
}

function repeat(reply: FastifyReply, { status, body }: Omit<Answered, 'request'>): FastifyReply {
  void reply.code(status).header('idempotency-hit', 'true').type('application/json; charset=utf-8');
  return reply.send(body);
}

/** @throws IDEMPOTENCY_KEY_MISSING */
function nameOf({ headers, partner }: FastifyRequest): string {
  const key = headers['idempotency-key'];
  if (typeof key !== 'string' || !/^[\x21-\x7e]{1,128}$/.test(key)) throw keyMissing();
  return `idempotency:${partner?._id}:${key}`;
}

function contentOf({ method, url, body }: FastifyRequest): string {
  const text = JSON.stringify([method, url, body]);
  return createHash('sha256').update(text).digest('base64url');
}

function keyMissing(): DomainError {
  const message = 'send an Idempotency-Key of 1 to 128 printable characters';
  return new DomainError({ kind: 'invalid', code: 'IDEMPOTENCY_KEY_MISSING', message });
}

function keyReused(): DomainError {
  const message = 'this Idempotency-Key was sent with other content';
  return new DomainError({ kind: 'conflict', code: 'KEY_REUSED', message });
}

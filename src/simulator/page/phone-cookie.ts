import type { FastifyReply, FastifyRequest } from 'fastify';

const COOKIE = 'jf_simulator_phone';

/** Remembers whose phone the page shows, for WeChat's own pages that open over it. */
export function rememberPhone(reply: FastifyReply, openId: string): FastifyReply {
  const value = encodeURIComponent(openId);
  return reply.header(
    'set-cookie',
    `${COOKIE}=${value}; Path=/simulator/weixin; HttpOnly; SameSite=Lax`,
  );
}

/** The open id on whose phone the browser asks; undefined for a server. */
export function phoneOf({ headers }: FastifyRequest): string | undefined {
  const found = new RegExp(`(?:^|;\\s*)${COOKIE}=([\\w%-]+)`).exec(headers.cookie ?? '');
  return found?.[1] === undefined ? undefined : decodeURIComponent(found[1]);
}

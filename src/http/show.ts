import type { FastifyReply } from 'fastify';
import type { VNode } from 'preact';
import { renderToString } from 'preact-render-to-string';

/** Only our own files; styles in attributes are for widths that are computed. Nobody frames a page. */
const POLICY = [
  "default-src 'self'",
  "img-src 'self' data:",
  "script-src 'self'",
  "style-src 'self'",
  "style-src-attr 'unsafe-inline'",
  "base-uri 'none'",
  "form-action 'self'",
].join('; ');

/** Who may show our pages in a frame: nobody, or the simulator's phone while it is mounted. */
export type Frames = 'none' | 'self';

/** Answers a request with a page. Pages are personal: nothing on the way may keep them. */
export function show(reply: FastifyReply, page: VNode, frames: Frames = 'none'): FastifyReply {
  return reply
    .type('text/html; charset=utf-8')
    .header('cache-control', 'no-store')
    .header('referrer-policy', 'no-referrer')
    .header('x-content-type-options', 'nosniff')
    .header('content-security-policy', `${POLICY}; frame-ancestors '${frames}'`)
    .send(`<!doctype html>${renderToString(page)}`);
}

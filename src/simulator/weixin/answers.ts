import type { VNode } from 'preact';
import { render } from 'preact-render-to-string';

/** An answer that is no JSON: a file, a page, or the way to one. */
export interface PlainAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Buffer;
}

export function isPlain(answer: object): answer is PlainAnswer {
  return 'bytes' in answer && Buffer.isBuffer(answer.bytes);
}

/** A file; with a name it comes as one to be saved. */
export function fileAnswer(bytes: Buffer, type: string, name: string | null = null): PlainAnswer {
  const saved = name === null ? {} : { 'content-disposition': `attachment; filename="${name}"` };
  return { status: 200, headers: { 'content-type': type, ...saved }, bytes };
}

const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy':
    "default-src 'self'; img-src 'self' data:; script-src 'none'; style-src 'self'; " +
    "frame-ancestors 'self'; base-uri 'none'; form-action 'none'",
  'cache-control': 'no-store',
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
} as const;

/** A page of WeChat that opens over the phone: it runs no script. */
export function pageAnswer(page: VNode, status = 200): PlainAnswer {
  const bytes = Buffer.from(`<!doctype html>${render(page)}`);
  return { status, headers: PAGE_HEADERS, bytes };
}

/** Sends the browser on to `url`, with `query` added to what it has. */
export function redirectAnswer(url: string, query: Readonly<Record<string, string>>): PlainAnswer {
  const to = new URL(url);
  for (const [name, value] of Object.entries(query)) to.searchParams.set(name, value);
  const headers = { location: to.href, 'cache-control': 'no-store' };
  return { status: 302, headers, bytes: Buffer.alloc(0) };
}

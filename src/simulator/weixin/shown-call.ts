import type { Answered, RawCall } from './raw-call.ts';

const SECRET = /("(?:secret|appsecret)"\s*:\s*")[^"]*/g;
const GRANTED = /("(?:access_token|refresh_token|ticket)": ")[^"]*/g;

/** What was asked, for the inspector: without secrets, and a form without its bytes. */
export function describeRequest({ body, contentType = '' }: RawCall): string {
  if (/^multipart\//i.test(contentType)) return `[multipart/form-data, ${body.length} bytes]`;
  return String(body).replaceAll(SECRET, '$1…');
}

/** What was answered, for the inspector: without tokens, and a file without its bytes. */
export function describeAnswer(answered: Answered | null): string {
  if (!answered) return '';
  const { body, headers } = answered;
  if (!Buffer.isBuffer(body)) return JSON.stringify(body, null, 1).replaceAll(GRANTED, '$1…');
  if (headers.location) return `→ ${headers.location}`;
  return `[${headers['content-type'] ?? ''}, ${body.length} bytes]`;
}

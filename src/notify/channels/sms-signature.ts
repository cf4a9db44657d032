import { createHash, createHmac } from 'node:crypto';

/** What a request to the SMS gateway is signed over. */
export interface SignedRequest {
  readonly method: 'GET' | 'POST';
  /** As in the request line: `/v1/messages`. */
  readonly path: string;
  /** Seconds since 1970. */
  readonly timestamp: number;
  /** Letters and digits, never the same twice. */
  readonly nonce: string;
  /** As it is sent; '' for a GET. */
  readonly body: string;
}

/**
 * HMAC-SHA-256 in lower-case hex, with the secret, over five lines joined by `\n`, without one at
 * the end: the method, the path, the timestamp, the nonce, and the SHA-256 of the body in lower-case
 * hex. A gateway computes the same, compares in constant time, refuses timestamps more than 300 s
 * away from its clock, and remembers nonces for as long (docs/decisions/0020).
 */
export function smsSignature(
  secret: string,
  { method, path, timestamp, nonce, body }: SignedRequest,
): string {
  const digest = createHash('sha256').update(body, 'utf8').digest('hex');
  const lines = [method, path, String(timestamp), nonce, digest].join('\n');
  return createHmac('sha256', secret).update(lines, 'utf8').digest('hex');
}

import { createHmac, timingSafeEqual } from 'node:crypto';

/** What a signed token says: for which purpose, about whom, until when. */
export interface Claim {
  readonly purpose: string;
  readonly subject: string;
  readonly expiresAt: Date;
}

/** Signs a claim into a text that fits into an address: `subject.expiry.signature`. */
export function signToken(secret: string, claim: Claim): string {
  const body = `${claim.subject}.${claim.expiresAt.getTime().toString(36)}`;
  return `${body}.${signatureOf(secret, claim.purpose, body)}`;
}

/** The subject of a token signed for this purpose and not over yet; null for any other text. */
export function openToken(
  secret: string,
  { token, purpose, now }: { token: string; purpose: string; now: Date },
): string | null {
  const [subject = '', expiry = '', signature = '', ...rest] = token.split('.');
  if (rest.length > 0) return null;
  const expected = Buffer.from(signatureOf(secret, purpose, `${subject}.${expiry}`));
  const given = Buffer.from(signature);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
  return Number.parseInt(expiry, 36) > now.getTime() ? subject : null;
}

function signatureOf(secret: string, purpose: string, body: string): string {
  return createHmac('sha256', secret).update(`${purpose}\n${body}`).digest('base64url');
}

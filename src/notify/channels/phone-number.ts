const MAINLAND_MOBILE = /^1[3-9]\d{9}$/;
const E164 = /^\+[1-9]\d{6,14}$/;

/**
 * A number that a text message can be sent to, as E.164, `+8613812342046`: a mobile number of the
 * mainland, with or without +86, or a number of elsewhere with its country code. Null for all else,
 * as a landline of the mainland.
 */
export function phoneNumber(written: string): string | null {
  const digits = written.replace(/[\s()-]/g, '').replace(/^00/, '+');
  if (MAINLAND_MOBILE.test(digits)) return `+86${digits}`;
  if (digits.startsWith('+86')) return MAINLAND_MOBILE.test(digits.slice(3)) ? digits : null;
  return E164.test(digits) ? digits : null;
}

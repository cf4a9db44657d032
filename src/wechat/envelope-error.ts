import { DomainError } from '../kernel/errors.ts';

/** Why a push is refused. Stable: the webhook counts refusals by it. */
export type EnvelopeCode = keyof typeof REFUSALS;

const REFUSALS = {
  QUERY_INVALID: ['invalid', 'a query parameter is missing, doubled or not one of those known'],
  SIGNATURE_WRONG: ['forbidden', 'the signature does not belong to this token'],
  TIMESTAMP_STALE: ['forbidden', 'the timestamp is too far from the clock of this service'],
  CIPHER_KEY_MISSING: ['forbidden', 'the body is encrypted and no key is configured'],
  DOWNGRADE_REFUSED: ['forbidden', 'the body is not encrypted, and it has to be'],
  APP_ID_FOREIGN: ['forbidden', 'the message was encrypted for another account'],
  CIPHER_INVALID: ['invalid', 'no configured key opens the body'],
  XML_INVALID: ['invalid', 'the body is not the XML of a push'],
  ENVELOPE_INVALID: ['invalid', 'a field of the envelope is missing, empty or doubled'],
  BODY_TOO_LARGE: ['limited', 'the body is larger than 64 KiB'],
} as const;

/**
 * A push that is refused: `forbidden` is answered 403, `invalid` 400, `limited` 413. Its message is
 * the same for every push of one code and holds nothing of what was sent.
 */
export class EnvelopeError extends DomainError {
  override readonly code: EnvelopeCode;

  constructor(code: EnvelopeCode) {
    const [kind, message] = REFUSALS[code];
    super({ kind, code, message });
    this.name = 'EnvelopeError';
    this.code = code;
  }
}

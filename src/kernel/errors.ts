/** What a caller can do about a refusal; each edge translates it once. */
export type ErrorKind =
  | 'invalid'
  | 'forbidden'
  | 'not-found'
  | 'conflict'
  | 'limited'
  | 'unavailable';

export interface Refusal {
  readonly kind: ErrorKind;
  /** Public and permanent: pages, chat wording, partners and support staff rely on it. */
  readonly code: string;
  /** For developers and the log. What people read is wording found by `code`. */
  readonly message: string;
  /** Facts for the wording and the log. No secrets, no personal data. */
  readonly details?: Readonly<Record<string, string | number | boolean>>;
}

/** The business says no, and nobody on the way has to branch on it. */
export class DomainError extends Error {
  readonly kind: ErrorKind;
  readonly code: string;
  readonly details: Readonly<Record<string, string | number | boolean>>;

  constructor({ kind, code, message, details = {} }: Refusal, options?: ErrorOptions) {
    super(`${code}: ${message}`, options);
    this.name = 'DomainError';
    this.kind = kind;
    this.code = code;
    this.details = details;
  }
}

/** A rule that the code itself guarantees is broken: a bug, and nothing was written. */
export class InvariantError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'InvariantError';
  }
}

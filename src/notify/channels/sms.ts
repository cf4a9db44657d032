import { assert } from '../../kernel/assert.ts';
import type { Clock } from '../../kernel/context.ts';
import { randomBytes } from '../../kernel/random-bytes.ts';
import { RemoteError } from '../../platform/remote.ts';
import { answerOf, type RemoteAnswer } from '../../platform/remote-answer.ts';
import type { Sending } from './channel.ts';
import { phoneNumber } from './phone-number.ts';
import { sendingOfAnswer } from './sms-answer.ts';
import { smsSignature } from './sms-signature.ts';

/** One text message: a text, or a template of the carrier with its facts. */
export type SmsMessage = {
  /** A phone number as people write it. Neither it nor the text is ever logged. */
  readonly to: string;
  /** Of the notice: the same id is sent once, however often it is posted. 1 to 64 of `\w.-`. */
  readonly id: string;
} & (
  | { readonly text: string }
  | { readonly templateId: string; readonly facts: Readonly<Record<string, string>> }
);

/** Text messages through the operator's gateway. */
export interface Sms {
  /** Never throws for what the gateway or the line does. A message put off may be sent again. */
  send(message: SmsMessage): Promise<Sending>;
  /** Whether the gateway answers and knows our key: null, or why not. Sends nothing. */
  check(): Promise<string | null>;
}

export interface SmsGateway {
  readonly url: URL;
  readonly key: string;
  readonly secret: string;
  readonly clock: Clock;
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 10_000;
const NONCE_BYTES = 16;

/**
 * Makes the client of a gateway. `POST` of `{ id, to, text }` or `{ id, to, templateId, facts }` with
 * the headers `X-Sms-Key`, `X-Sms-Timestamp`, `X-Sms-Nonce` and `X-Sms-Signature`; a signed `GET` of
 * the same address is a check. The whole contract: docs/decisions/0020.
 */
export function smsGateway(gateway: SmsGateway): Sms {
  return {
    async send({ to, id, ...content }) {
      assert(/^[\w.-]{1,64}$/.test(id), 'a text message is named by a short id');
      const phone = phoneNumber(to);
      if (phone === null) return { outcome: 'not-this-way', because: 'phone-invalid' };
      const body = JSON.stringify({ id, to: phone, ...content });
      const answer = await asked(gateway, body);
      return sendingOfAnswer(answer, gateway.clock());
    },
    async check() {
      const answer = await asked(gateway, null);
      if (answer instanceof RemoteError) return answer.reason;
      const { status } = answer;
      return status >= 200 && status <= 299 ? null : `status ${status}`;
    },
  };
}

function asked(gateway: SmsGateway, body: string | null): Promise<RemoteAnswer | RemoteError> {
  const { url, timeoutMs = TIMEOUT_MS } = gateway;
  const headers = headersOf(gateway, body);
  const call = { remote: 'sms', url, headers, timeoutMs };
  return answerOf(body === null ? call : { ...call, body }).catch((error: unknown) => {
    if (error instanceof RemoteError) return error;
    throw error;
  });
}

function headersOf(
  { url, key, secret, clock }: SmsGateway,
  body: string | null,
): Readonly<Record<string, string>> {
  const timestamp = Math.floor(clock().getTime() / 1000);
  const nonce = randomBytes(NONCE_BYTES).toString('hex');
  const method = body === null ? 'GET' : 'POST';
  const request = { method, path: url.pathname, timestamp, nonce, body: body ?? '' } as const;
  return {
    ...(body === null ? {} : { 'content-type': 'application/json; charset=utf-8' }),
    'x-sms-key': key,
    'x-sms-timestamp': String(timestamp),
    'x-sms-nonce': nonce,
    'x-sms-signature': smsSignature(secret, request),
  };
}

import type { Sending } from './channel.ts';
import { MailError } from './mail-error.ts';

/** Commands whose refusal concerns this one mail; before them it would be every other one as well. */
const OF_THIS_MAIL: ReadonlySet<string> = new Set(['RCPT TO', 'DATA']);
/** Who asks has to sign in, to encrypt, or may not send at all: said to any command. */
const OF_ALL_MAIL: ReadonlySet<number> = new Set([530, 534, 535, 538]);

/**
 * What a failed mail means (RFC 5321, 4.2.1): 4yz passes, 5yz stays. Without a reply it was not sent
 * unless its text had begun to go out. @throws the error itself when it is no MailError
 */
export function sendingOfMail(error: unknown): Sending {
  if (!(error instanceof MailError)) throw error;
  const { reply, code, command, hasBegun } = error;
  if (reply >= 500) {
    const stop = OF_ALL_MAIL.has(reply) || !OF_THIS_MAIL.has(command);
    return { outcome: 'failed', because: `reply ${reply}`, stop };
  }
  if (reply > 0) return { outcome: 'put-off', because: `reply ${reply}`, waitMs: null };
  if (hasBegun) return { outcome: 'unknown', because: code };
  if (code === 'EAUTH') return { outcome: 'failed', because: code, stop: true };
  if (code === 'EMESSAGE') return { outcome: 'failed', because: code, stop: false };
  return { outcome: 'put-off', because: code, waitMs: null };
}

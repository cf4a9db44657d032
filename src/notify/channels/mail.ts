import MailComposer from 'nodemailer/lib/mail-composer';
import { assert } from '../../kernel/assert.ts';
import type { Clock } from '../../kernel/context.ts';
import type { Sending } from './channel.ts';
import { MailError } from './mail-error.ts';
import { type MailServer, type MailSession, mailSession } from './mail-session.ts';
import { sendingOfMail } from './sending-of-mail.ts';

/** One mail of plain text. */
export interface MailMessage {
  /** One address, without a name. Neither it nor the text is ever logged. */
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** Of the notice, 1 to 64 of `\w.-`: with it a reader's mailbox shows a repeated mail once. */
  readonly messageId: string;
}

/** Mail through the operator's server. */
export interface Mail {
  /** Never throws for what the server or the line does. */
  send(message: MailMessage): Promise<Sending>;
  /** Whether the server answers and lets us in: null, or why not. Sends nothing. */
  check(): Promise<string | null>;
  /** Ends what is under way, for good: what had begun is `unknown`, the rest is put off. */
  close(): void;
}

export interface MailSender extends MailServer {
  readonly from: string;
  readonly clock: Clock;
}

const ADDRESS = /^[\w.!#$%&'*+/=?^`{|}~-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z0-9-]{2,63}$/;
const ADDRESS_CHARS_MAX = 254;
const SUBJECT_CHARS_MAX = 200;

/** Makes the client of a mail server. Each mail has a session of its own, so that none stays open. */
export function mailer(sender: MailSender): Mail {
  const closing = new AbortController();

  async function within(work: (session: MailSession) => Promise<void>): Promise<void> {
    const session = await mailSession(sender, closing.signal);
    await work(session);
    session.quit();
  }

  return {
    async send(message) {
      const { to } = message;
      if (to.length > ADDRESS_CHARS_MAX || !ADDRESS.test(to)) {
        return { outcome: 'not-this-way', because: 'address-invalid' };
      }
      const composed = await composedOf(message, sender);
      const envelope = { from: sender.from, to };
      return within((session) => session.deliver(envelope, composed)).then(
        () => ({ outcome: 'sent' as const, msgId: message.messageId }),
        (error: unknown) => sendingOfMail(error),
      );
    },
    async check() {
      return within(async () => {}).then(
        () => null,
        (error: unknown) => {
          if (!(error instanceof MailError)) throw error;
          return error.reply > 0 ? `reply ${error.reply}` : error.code;
        },
      );
    },
    close: () => closing.abort(),
  };
}

function composedOf(
  { to, subject, text, messageId }: MailMessage,
  { from, clock }: MailSender,
): Promise<Buffer> {
  assert(/^[\w.-]{1,64}$/.test(messageId), 'a mail is named by a short id');
  const mail = {
    from,
    to,
    // No line end gets into a header.
    subject: subject
      .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
      .trim()
      .slice(0, SUBJECT_CHARS_MAX),
    text,
    messageId: `<${messageId}@${from.slice(from.lastIndexOf('@') + 1)}>`,
    date: clock(),
    headers: { 'Auto-Submitted': 'auto-generated' },
  };
  return new MailComposer(mail).compile().build();
}

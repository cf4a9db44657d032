/** A mail server or the line said no. Neither the recipient nor the server's words are kept. */
export class MailError extends Error {
  /** Whether the text had begun to go out: without a reply it may have been taken, or not. */
  readonly hasBegun: boolean;
  /** The server's reply code, 550; 0 when there was none. */
  readonly reply: number;
  /** What nodemailer calls it, `EAUTH`. */
  readonly code: string;
  /** The command that was answered, `RCPT TO`. */
  readonly command: string;

  constructor(error: unknown, hasBegun: boolean) {
    const code = textOf(error, 'code') || 'ESOCKET';
    const reply = error instanceof Error && 'responseCode' in error ? error.responseCode : 0;
    super(`the mail server did not agree: ${code}`);
    this.name = 'MailError';
    this.hasBegun = hasBegun;
    this.reply = typeof reply === 'number' ? reply : 0;
    this.code = code;
    this.command = textOf(error, 'command');
  }
}

function textOf(error: unknown, name: 'code' | 'command'): string {
  if (!(error instanceof Error) || !(name in error)) return '';
  return String((error as Error & Record<typeof name, unknown>)[name]);
}

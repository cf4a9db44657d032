import { createServer, type Socket } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterEach, describe, expect, test } from 'vitest';
import { TLS_PAIR } from '../../../tests/support/tls-pair.ts';
import { type MailSender, mailer } from './mail.ts';

const MESSAGE = {
  to: 'ann@example.com',
  subject: '你的订单已发货',
  text: '订单 R8K2M4 已发货。\n顺丰速运',
  messageId: 'ntc_01',
};
const clock = () => new Date('2026-01-31T02:00:00Z');

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

interface Taken {
  readonly from: string;
  readonly to: readonly string[];
  readonly text: string;
}

/** A real server, and the mails that it took. */
async function serverWith(options: SMTPServerOptions = {}) {
  const taken: Taken[] = [];
  const server = new SMTPServer({
    authOptional: true,
    ...TLS_PAIR,
    onData(stream, session, callback) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        const from = mailFrom ? mailFrom.address : '';
        const text = Buffer.concat(chunks).toString('utf8');
        taken.push({ from, to: rcptTo.map(({ address }) => address), text });
        callback();
      });
    },
    ...options,
  });
  // Clients that break off are part of these tests.
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => new Promise<void>((resolve) => server.close(() => resolve())));
  const bound = server.server.address();
  return { taken, port: typeof bound === 'object' && bound ? bound.port : 0 };
}

/** A server that says what it is told to say, line by line. */
async function scriptedServer(answer: (line: string) => string | null, greeting = '220 test') {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    if (greeting) socket.write(`${greeting}\r\n`);
    socket.on('data', (chunk) => {
      for (const line of String(chunk).split('\r\n')) {
        const said = line && answer(line);
        if (said === 'CLOSE') socket.destroy();
        else if (said) socket.write(`${said}\r\n`);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });
  const bound = server.address();
  return typeof bound === 'object' && bound ? bound.port : 0;
}

/** Says yes to everything but lines that `odd` has something else for. */
const yesBut = (odd: (line: string) => string | null | undefined) => (line: string) => {
  const other = odd(line);
  if (other !== undefined) return other;
  return line === 'DATA' ? '354 go on' : /^(EHLO|MAIL|RCPT|QUIT|\.)/.test(line) ? '250 ok' : null;
};

function mailTo(port: number, more: Partial<MailSender> = {}) {
  const server = { host: '127.0.0.1', port, tls: 'none', auth: null } as const;
  return mailer({ ...server, from: 'points@shop.example', clock, timeoutMs: 5000, ...more });
}

function send(port: number, more: Partial<MailSender> = {}) {
  return mailTo(port, more).send(MESSAGE);
}

describe('a mail', () => {
  test('arrives with its words, its time, and an id that stays the same', async () => {
    const { port, taken } = await serverWith();
    expect(await send(port)).toEqual({ outcome: 'sent', msgId: 'ntc_01' });
    expect(taken).toHaveLength(1);
    const [{ from = '', to = [], text = '' } = {}] = taken;
    expect([from, to]).toEqual(['points@shop.example', ['ann@example.com']]);
    expect(text).toContain('Message-ID: <ntc_01@shop.example>');
    expect(text).toContain('Date: Sat, 31 Jan 2026 02:00:00 +0000');
    expect(text).toContain('Auto-Submitted: auto-generated');
    const [, body = ''] = text.split('\r\n\r\n');
    const encoding = /Content-Transfer-Encoding: base64/.test(text) ? 'base64' : 'utf8';
    expect(Buffer.from(body, encoding).toString('utf8')).toContain('订单 R8K2M4 已发货。');
  });

  test('adds no header and no recipient, whatever its subject says', async () => {
    const { port, taken } = await serverWith();
    const subject = 'a\r\nBcc: eve@example.com\r\n\r\nb\u2028c';
    expect(await mailTo(port).send({ ...MESSAGE, subject })).toMatchObject({ outcome: 'sent' });
    expect(taken[0]?.to).toEqual(['ann@example.com']);
    expect(taken[0]?.text).toMatch(/^Subject: a Bcc: eve@example\.com b c\r$/m);
    expect(taken[0]?.text).not.toMatch(/^Bcc:/m);
  });

  test.each([
    'ann@example.com, eve@example.com',
    'Ann <ann@example.com>',
    'ann@example.com\r\nRCPT TO:<eve@example.com>',
    'ann@localhost',
    'ann',
    '"ann b"@example.com',
    `${'a'.repeat(250)}@example.com`,
    '',
  ])('goes to no such address: %j', async (to) => {
    const { port, taken } = await serverWith();
    const sent = await mailTo(port).send({ ...MESSAGE, to });
    expect(sent).toEqual({ outcome: 'not-this-way', because: 'address-invalid' });
    expect(taken).toEqual([]);
  });
});

describe('a server that', () => {
  const refusing = (responseCode: number) => Object.assign(new Error('no'), { responseCode });

  test.each([
    [550, { outcome: 'failed', because: 'reply 550', stop: false }],
    [450, { outcome: 'put-off', because: 'reply 450', waitMs: null }],
  ])('answers the recipient with %d', async (code, sending) => {
    const { port } = await serverWith({ onRcptTo: (_a, _s, done) => done(refusing(code)) });
    expect(await send(port)).toEqual(sending);
  });

  test('refuses whose mail it is stops all mail', async () => {
    const { port } = await serverWith({ onMailFrom: (_a, _s, done) => done(refusing(553)) });
    expect(await send(port)).toEqual({ outcome: 'failed', because: 'reply 553', stop: true });
  });

  test.each([
    [552, { outcome: 'failed', because: 'reply 552', stop: false }],
    [451, { outcome: 'put-off', because: 'reply 451', waitMs: null }],
  ])('refuses the text with %d', async (code, sending) => {
    const { port } = await serverWith({
      onData(stream, _session, done) {
        stream.on('end', () => done(refusing(code)));
        stream.resume();
      },
    });
    expect(await send(port)).toEqual(sending);
  });

  test('wants to know who asks lets in who has the password', async () => {
    const { port, taken } = await serverWith({
      authOptional: false,
      allowInsecureAuth: true,
      onAuth: ({ username, password }, _session, done) =>
        username === 'ann' && password === 'geheim'
          ? done(null, { user: 'ann' })
          : done(new Error('no')),
    });
    expect(await send(port, { auth: { user: 'ann', password: 'geheim' } })).toMatchObject({
      outcome: 'sent',
    });
    expect(taken).toHaveLength(1);
    expect(await send(port, { auth: { user: 'ann', password: 'wrong' } })).toEqual({
      outcome: 'failed',
      because: 'reply 535',
      stop: true,
    });
    expect(await send(port)).toEqual({ outcome: 'failed', because: 'reply 530', stop: true });
    expect(await mailTo(port).check()).toBeNull();
    expect(await mailTo(port, { auth: { user: 'ann', password: 'x' } }).check()).toBe('reply 535');
  });

  test('is not there puts the mail off', async () => {
    expect(await send(1)).toEqual({ outcome: 'put-off', because: 'ESOCKET', waitMs: null });
    expect(await mailTo(1).check()).toBe('ESOCKET');
  });

  test('is silent before the text puts the mail off, after it nobody knows', async () => {
    const mute = await scriptedServer(() => null, '');
    expect(await send(mute, { timeoutMs: 200 })).toEqual({
      outcome: 'put-off',
      because: 'ETIMEDOUT',
      waitMs: null,
    });
    const late = await scriptedServer(yesBut((line) => (line === '.' ? null : undefined)));
    expect(await send(late, { timeoutMs: 3000 })).toEqual({
      outcome: 'unknown',
      because: 'ETIMEDOUT',
    });
  });

  test('hangs up before the text puts the mail off, after it nobody knows', async () => {
    const early = await scriptedServer(
      yesBut((line) => (/^RCPT/.test(line) ? 'CLOSE' : undefined)),
    );
    expect(await send(early)).toMatchObject({ outcome: 'put-off' });
    const late = await scriptedServer(yesBut((line) => (line === '.' ? 'CLOSE' : undefined)));
    expect(await send(late)).toMatchObject({ outcome: 'unknown' });
  });

  test.each(['HELO', 'RCPT', '.'])('goes away at %s with 421 puts the mail off', async (at) => {
    const start = at === 'HELO' ? 'EHLO' : at;
    const port = await scriptedServer(
      yesBut((line) => (line.startsWith(start) || line.startsWith(at) ? '421 later' : undefined)),
    );
    expect(await send(port)).toMatchObject({ outcome: 'put-off' });
  });

  test('speaks no SMTP puts the mail off', async () => {
    const port = await scriptedServer(() => null, 'HTTP/1.1 400 Bad Request');
    expect(await send(port)).toMatchObject({ outcome: 'put-off' });
  });
});

describe('the line', () => {
  const trusted = { host: 'localhost', ca: TLS_PAIR.cert };

  test('is encrypted from the start', async () => {
    const { port, taken } = await serverWith({ secure: true, ...TLS_PAIR });
    expect(await send(port, { tls: 'start', ...trusted })).toMatchObject({ outcome: 'sent' });
    expect(taken).toHaveLength(1);
  });

  test('is encrypted after the greeting', async () => {
    let isSecure = false;
    const { port } = await serverWith({
      ...TLS_PAIR,
      onMailFrom(_address, session, done) {
        isSecure = session.secure;
        done();
      },
    });
    expect(await send(port, { tls: 'upgrade', ...trusted })).toMatchObject({ outcome: 'sent' });
    expect(isSecure).toBe(true);
  });

  test.each(['start', 'upgrade'] as const)(
    'is not trusted with a certificate that nobody vouches for (%s)',
    async (tls) => {
      const { port, taken } = await serverWith({ secure: tls === 'start', ...TLS_PAIR });
      expect(await send(port, { tls, host: 'localhost' })).toMatchObject({ outcome: 'put-off' });
      expect(taken).toEqual([]);
    },
  );

  test('never falls back to clear, and no password is said in clear', async () => {
    const heard: string[] = [];
    const port = await scriptedServer(
      yesBut((line) => {
        heard.push(line);
        return /^STARTTLS/.test(line) ? '502 no' : undefined;
      }),
    );
    const auth = { user: 'ann', password: 'geheim' };
    expect(await send(port, { tls: 'upgrade', auth })).toEqual({
      outcome: 'failed',
      because: 'reply 502',
      stop: true,
    });
    expect(await send(port, { tls: 'start', auth, timeoutMs: 500 })).toMatchObject({
      outcome: 'put-off',
    });
    expect(heard.join('\n')).not.toMatch(/AUTH|MAIL FROM|ann/);
  });
});

test('what is under way ends when the client is closed, and nothing new begins', async () => {
  const mails: { close(): void }[] = [];
  const port = await scriptedServer(
    yesBut((line) => {
      if (line !== '.') return undefined;
      for (const mail of mails) mail.close();
      return null;
    }),
  );
  const mail = mailTo(port, { timeoutMs: 60_000 });
  mails.push(mail);
  expect(await mail.send(MESSAGE)).toEqual({ outcome: 'unknown', because: 'ECLOSED' });
  expect(await mail.send(MESSAGE)).toMatchObject({ outcome: 'put-off', because: 'ECLOSED' });
});

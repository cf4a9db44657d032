import { expect, test } from 'vitest';
import { DomainError } from '../kernel/errors.ts';
import { createLog } from './log.ts';

function written(level: string) {
  const lines: string[] = [];
  const log = createLog({ level }, { write: (line: string) => lines.push(line) });
  return { log, lines, last: () => JSON.parse(lines.at(-1) ?? 'null') };
}

test('a line is JSON with a time, a level in words, the fields and the phrase', () => {
  const { log, last } = written('info');
  log.info({ memberId: 'mem_1', durationMs: 12 }, 'message answered');
  expect(last()).toEqual({
    level: 'info',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    memberId: 'mem_1',
    durationMs: 12,
    msg: 'message answered',
  });
});

test('lines below the level are not written', () => {
  const { log, lines } = written('warn');
  log.debug('x');
  log.info('x');
  log.warn('y');
  expect(lines).toHaveLength(1);
});

test.each(['openId', 'FromUserName', 'phone', 'address', 'token', 'text', 'name', 'secret'])(
  '%s is not in the log, neither at the top nor inside a field',
  (field) => {
    const { log, lines } = written('info');
    log.info({ [field]: '张三-1380000', message: { [field]: '张三-1380000' } }, 'x');
    expect(lines.join('')).not.toContain('1380000');
    expect(lines.join('')).toContain('[redacted]');
  },
);

test('an error keeps its code and its cause, and loses keys in addresses', () => {
  const { log, last, lines } = written('info');
  const cause = new Error('GET https://api.example.com/x?access_token=GEHEIM&y=1 failed');
  const err = new DomainError(
    { kind: 'unavailable', code: 'REMOTE_AWAY', message: 'mongodb://ann:GEHEIM@db is away' },
    { cause },
  );
  log.warn({ err }, 'delivery put off');
  expect(last().err).toMatchObject({ type: 'DomainError', code: 'REMOTE_AWAY' });
  expect(last().err.stack).toContain('access_token=[redacted]&y=1');
  expect(lines.join('')).not.toContain('GEHEIM');
});

test('what a client hangs on its error is left out', () => {
  const { log, lines } = written('info');
  log.error({ err: Object.assign(new Error('refused'), { request: { body: 'GEHEIM' } }) }, 'x');
  expect(lines.join('')).not.toContain('GEHEIM');
});

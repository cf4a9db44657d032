import { type DestinationStream, type Logger, pino, stdSerializers } from 'pino';

/** What must not be in a log, by the names it goes by; rooms leave it out, this makes sure. */
const PRIVATE = [
  'openId',
  'openid',
  'touser',
  'FromUserName',
  'unionId',
  'name',
  'phone',
  'address',
  'detail',
  'text',
  'Content',
  'content',
  'token',
  'access_token',
  'secret',
  'password',
  'authorization',
  'cookie',
];
const HIDDEN = '[redacted]';

/** What may stand inside the words of an error: keys in addresses, who signs in to a server. */
const LEAKS: readonly [RegExp, string][] = [
  [/\b(access_token|secret|token|code|openid)=[^&\s"']+/gi, `$1=${HIDDEN}`],
  [/\/\/[^/\s@]+@/g, `//${HIDDEN}@`],
];

/** Writes JSON lines to stderr: a constant lower-case phrase plus fields, nothing personal. */
export function createLog(
  { level }: { readonly level: string },
  destination: DestinationStream = pino.destination({ dest: 2, sync: true }),
): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: (error: unknown) => withoutLeaks(error) },
      redact: { paths: PRIVATE.flatMap((name) => [name, `*.${name}`]), censor: HIDDEN },
    },
    destination,
  );
}

/** An error with its causes, and without the requests, replies and documents that clients hang on it. */
function withoutLeaks(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { type, message, stack, code, kind } = stdSerializers.err(error);
  return { type, code, kind, message: cleaned(message), stack: cleaned(stack) };
}

function cleaned(words: string): string {
  return LEAKS.reduce((text, [pattern, instead]) => text.replace(pattern, instead), words);
}

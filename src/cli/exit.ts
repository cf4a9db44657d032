import { ConfigError } from '../config.ts';
import { DomainError } from '../kernel/errors.ts';
import { isUnavailable } from '../platform/failures.ts';
import { LocalDatabaseError } from '../platform/local-database.ts';
import { RemoteError } from '../platform/remote.ts';
import * as wechat from '../wechat/index.ts';

/** What a command ends with (the public contract, 10.4). */
export const EXIT = { done: 0, wrong: 1, usage: 2, unreachable: 3, refused: 4 } as const;

/** A command that ends early, with the words that go to stderr. */
export class CommandError extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.name = 'CommandError';
    this.code = code;
  }
}

/** Which exit code an error means, and what to say about it in plain English. */
export function verdictOn(error: unknown): { readonly code: number; readonly message: string } {
  const code = codeOf(error);
  if (!(error instanceof Error)) return { code, message: String(error) };
  if (error instanceof ConfigError) {
    return { code, message: error.problems.map((problem) => `✗ ${problem}`).join('\n') };
  }
  if (isPortTaken(error)) return { code, message: `port ${error.port} is taken: set PORT` };
  if (error instanceof LocalDatabaseError) return { code, message: error.message };
  if (code === EXIT.unreachable) return { code, message: `cannot be reached: ${error.message}` };
  const expected = code !== EXIT.wrong || error instanceof wechat.WechatError;
  return { code, message: expected ? error.message : (error.stack ?? error.message) };
}

function codeOf(error: unknown): number {
  if (error instanceof CommandError) return error.code;
  if (error instanceof ConfigError || isPortTaken(error)) return EXIT.usage;
  if (error instanceof LocalDatabaseError) return error.exitCode;
  if (error instanceof RemoteError || isUnavailable(error)) return EXIT.unreachable;
  return error instanceof DomainError ? EXIT.refused : EXIT.wrong;
}

function isPortTaken(error: unknown): error is Error & { readonly port: number } {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}

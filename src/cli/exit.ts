import { ConfigError } from '../config.ts';
import { DomainError } from '../kernel/errors.ts';
import { isUnavailable } from '../platform/failures.ts';
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
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof CommandError) return { code: error.code, message };
  if (error instanceof ConfigError) {
    return { code: EXIT.usage, message: error.problems.map((one) => `✗ ${one}`).join('\n') };
  }
  if (error instanceof DomainError && error.code === 'DATA_DIR_HELD') {
    return { code: EXIT.usage, message };
  }
  if (error instanceof wechat.WechatError) return { code: EXIT.wrong, message };
  if (error instanceof RemoteError || isUnavailable(error)) {
    return { code: EXIT.unreachable, message: `cannot be reached: ${message}` };
  }
  if (error instanceof DomainError) return { code: EXIT.refused, message };
  return { code: EXIT.wrong, message: error instanceof Error ? (error.stack ?? message) : message };
}

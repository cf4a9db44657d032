import { randomBytes } from 'node:crypto';
import { chmodSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What signs links and sessions, and what encrypts personal data (32 bytes). */
export interface Secrets {
  readonly sessionSecret: string;
  readonly dataKey: Buffer;
}

/** What the configuration says of them; null: it says nothing. */
export type GivenSecrets = { readonly [Name in keyof Secrets]: Secrets[Name] | null };

/**
 * Completes the given secrets from `secrets.json` in the data folder, which the first start makes
 * (mode 600). Whoever loses the data key loses every address and phone number.
 * @throws Error when the file is there and cannot be understood
 */
export function readSecrets(dataDir: string, given: GivenSecrets): Secrets {
  const { sessionSecret, dataKey } = given;
  if (sessionSecret !== null && dataKey !== null) return { sessionSecret, dataKey };
  const file = join(dataDir, 'secrets.json');
  const kept = keptIn(file) ?? made(file);
  return { sessionSecret: sessionSecret ?? kept.sessionSecret, dataKey: dataKey ?? kept.dataKey };
}

function keptIn(file: string): Secrets | null {
  const text = textOf(file);
  if (text === null) return null;
  const { sessionSecret, dataKey } = fieldsOf(text);
  const key = Buffer.from(String(dataKey), 'base64');
  if (typeof sessionSecret === 'string' && sessionSecret.length >= 32 && key.length === 32)
    return { sessionSecret, dataKey: key };
  throw new Error(`${file} is damaged: restore it from a backup, it holds the data key`);
}

function fieldsOf(text: string): Readonly<Record<string, unknown>> {
  try {
    return { ...JSON.parse(text) };
  } catch {
    return {};
  }
}

/** Makes them whole or not at all; of two first starts at once, both go on with the same. */
function made(file: string): Secrets {
  const sessionSecret = randomBytes(32).toString('base64url');
  const dataKey = randomBytes(32).toString('base64');
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  mkdirSync(join(file, '..'), { recursive: true, mode: 0o700 });
  writeFileSync(draft, `${JSON.stringify({ sessionSecret, dataKey }, null, 2)}\n`, { mode: 0o600 });
  chmodSync(draft, 0o600);
  try {
    linkSync(draft, file);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  } finally {
    rmSync(draft);
  }
  const kept = keptIn(file);
  if (!kept) throw new Error(`${file} was removed while it was made`);
  return kept;
}

function textOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

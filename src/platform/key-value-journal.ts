import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { Log } from '../kernel/context.ts';
import { decrypt, encrypt } from './data-key.ts';

/** Changes beyond those that count, before the file is written anew. */
const SLACK_CHANGES = 1000;
/** So many values go into one line of a file that is written anew. */
const CHANGES_A_LINE = 256;

/** A value, the instant (epoch ms) at which it is gone, and whether a restart has to find it. */
export interface Held {
  readonly value: string;
  readonly expiresAt: number;
  readonly journalled: boolean;
}

/** What the journal is told: a key with its value, or a key that is gone. */
export interface Change {
  readonly key: string;
  readonly value?: string;
  readonly expiresAt?: number;
}

export interface Journal {
  write(change: Change): void;
  /** Resolves when every change so far is in the hands of the operating system. */
  written(): Promise<void>;
  close(): void;
}

interface JournalOptions {
  readonly file: string | null;
  /** Filled with what the file says; read again whenever the file is written anew. */
  readonly held: Map<string, Held>;
  readonly now: number;
  readonly log: Log;
}

const DONE = Promise.resolve();
const NOWHERE: Journal = { write() {}, written: () => DONE, close() {} };

/**
 * Reads a journal back and goes on with it. What was written survives the death of this process. All
 * that is written in one turn of the event loop is encrypted as one line and goes out by one call,
 * which costs a few µs: less than a hop to a thread.
 */
export function openJournal({ file, held, now, log }: JournalOptions): Journal {
  if (file === null) return NOWHERE;
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  readBack({ file, held, now, log });
  let changes = 0;
  let target = 0;
  let waiting: Change[] = [];
  let written: Promise<void> | null = null;

  function writeAnew(): void {
    const kept = [...held].filter(([, { journalled }]) => journalled);
    const all = kept.map(([key, { value, expiresAt }]) => ({ key, value, expiresAt }));
    let text = '';
    for (let from = 0; from < all.length; from += CHANGES_A_LINE) {
      text += lineOf(all.slice(from, from + CHANGES_A_LINE));
    }
    writeFileSync(`${file}.new`, text, { mode: 0o600 });
    chmodSync(`${file}.new`, 0o600);
    const fresh = openSync(`${file}.new`, 'a');
    renameSync(`${file}.new`, String(file));
    if (target) closeSync(target);
    target = fresh;
    changes = kept.length;
  }

  function writeWaiting(): void {
    const batch = waiting;
    waiting = [];
    written = null;
    // Closing wrote everything already.
    if (batch.length === 0) return;
    try {
      writeSync(target, lineOf(batch));
      changes += batch.length;
      if (changes > 4 * held.size + SLACK_CHANGES) writeAnew();
    } catch (err) {
      // The memory is right and serves on; what a restart would miss may be lost by contract.
      log.error({ err }, 'key-value journal not written');
    }
  }

  writeAnew();
  return {
    write(change) {
      waiting.push(change);
      written ??= new Promise((resolve) => {
        setImmediate(() => {
          writeWaiting();
          resolve();
        });
      });
    },
    written: () => written ?? DONE,
    close() {
      waiting = [];
      writeAnew();
      closeSync(target);
    },
  };
}

/** What the file says last of each key. A line that was torn by a sudden end is passed over. */
function readBack({ file, held, now, log }: JournalOptions): void {
  if (file === null || !existsSync(file)) return;
  const texts = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  const lines = texts.map(parsed).filter((line) => line !== null);
  for (const change of lines.flat()) replay(held, change);
  for (const [key, { expiresAt }] of held) if (expiresAt <= now) held.delete(key);
  const torn = texts.length - lines.length;
  if (torn > 0) log.warn({ torn }, 'key-value journal had torn lines');
}

function replay(held: Map<string, Held>, { key, value, expiresAt = 0 }: Change): void {
  held.delete(key);
  if (value !== undefined) held.set(key, { value, expiresAt, journalled: true });
}

function lineOf(changes: readonly Change[]): string {
  return `${encrypt(JSON.stringify(changes))}\n`;
}

/** Null for a line that is torn, or was written under another data key. */
function parsed(text: string): readonly Change[] | null {
  try {
    return JSON.parse(decrypt(text)) as readonly Change[];
  } catch {
    return null;
  }
}

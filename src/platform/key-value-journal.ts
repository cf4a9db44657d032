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

/** Lines beyond those that count, before the file is written anew. */
const SLACK_LINES = 1000;

/** A value, the instant (epoch ms) at which it is gone, and whether a restart has to find it. */
export interface Held {
  readonly value: string;
  readonly expiresAt: number;
  readonly journalled: boolean;
}

/** A line of the journal: a key with its value, or a key that is gone. */
export interface Line {
  readonly key: string;
  readonly value?: string;
  readonly expiresAt?: number;
}

export interface Journal {
  write(line: Line): void;
  /** Resolves when every line so far is in the hands of the operating system. */
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
 * that is written in one turn of the event loop goes out by one call, which costs a few µs: less than
 * a hop to a thread.
 */
export function openJournal({ file, held, now, log }: JournalOptions): Journal {
  if (file === null) return NOWHERE;
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  readBack({ file, held, now, log });
  let lines = 0;
  let target = 0;
  let waiting: Line[] = [];
  let written: Promise<void> | null = null;

  function writeAnew(): void {
    const kept = [...held].filter(([, { journalled }]) => journalled);
    const text = kept.map(([key, { value, expiresAt }]) => lineOf({ key, value, expiresAt }));
    writeFileSync(`${file}.new`, text.join(''), { mode: 0o600 });
    chmodSync(`${file}.new`, 0o600);
    const fresh = openSync(`${file}.new`, 'a');
    renameSync(`${file}.new`, String(file));
    if (target) closeSync(target);
    target = fresh;
    lines = kept.length;
  }

  function writeWaiting(): void {
    const batch = waiting;
    waiting = [];
    written = null;
    // Closing wrote everything already.
    if (batch.length === 0) return;
    try {
      writeSync(target, batch.map(lineOf).join(''));
      lines += batch.length;
      if (lines > 4 * held.size + SLACK_LINES) writeAnew();
    } catch (err) {
      // The memory is right and serves on; what a restart would miss may be lost by contract.
      log.error({ err }, 'key-value journal not written');
    }
  }

  writeAnew();
  return {
    write(line) {
      waiting.push(line);
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
  for (const line of lines) replay(held, line);
  for (const [key, { expiresAt }] of held) if (expiresAt <= now) held.delete(key);
  const torn = texts.length - lines.length;
  if (torn > 0) log.warn({ torn }, 'key-value journal had torn lines');
}

function replay(held: Map<string, Held>, { key, value, expiresAt = 0 }: Line): void {
  held.delete(key);
  if (value !== undefined) held.set(key, { value, expiresAt, journalled: true });
}

function lineOf(line: Line): string {
  return `${JSON.stringify(line)}\n`;
}

function parsed(text: string): Line | null {
  try {
    const line: unknown = JSON.parse(text);
    return isLine(line) ? line : null;
  } catch {
    return null;
  }
}

function isLine(line: unknown): line is Line {
  return typeof line === 'object' && line !== null && 'key' in line && typeof line.key === 'string';
}

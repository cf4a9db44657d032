import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { EVERY_TYPE, toExtendedJson } from '../../platform/extended-json.ts';
import { database } from '../../platform/mongo.ts';
import type { Chunk, End, Head } from './lines.ts';
import { FORMAT, FORMAT_VERSION, sealOfChunk, sealOfHead } from './lines.ts';
import { filterOf, nameOf, type Section, sectionsOf } from './sections.ts';

export interface Backup {
  readonly startedAt: Date;
  readonly dataKeyMark: string;
  /** Told how far it is. */
  readonly say: (line: string) => void;
  /** How many documents a chunk holds at most, and a read brings at once. */
  readonly chunkDocuments?: number;
  /** Waited for after each chunk, where others need the database more. */
  readonly pause?: () => Promise<void>;
}

/** What a backup holds. */
export type Written = End;

const CHUNK_DOCUMENTS = 500;
const CHUNK_CHARS = 1_048_576;
const SAY_EVERY = 20_000;

/**
 * Writes all collections into one file while the service runs. The file appears under its name when it
 * is whole and lies on the disk; until then, and after a failure, there is none. Ledger 14.1.
 */
export async function writeBackup(file: string, backup: Backup): Promise<Written> {
  const partial = `${file}.partial`;
  const written: { end: End | null } = { end: null };
  try {
    const lines = Readable.from(linesOf(backup, (end) => (written.end = end)));
    await pipeline(lines, createGzip(), createWriteStream(partial, { mode: 0o600 }));
    await flush(partial);
    await rename(partial, file);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
  if (!written.end) throw new Error('the backup has no end');
  return written.end;
}

async function flush(file: string): Promise<void> {
  const handle = await open(file, 'r');
  await handle.sync().finally(() => handle.close());
}

async function* linesOf(backup: Backup, done: (end: End) => void): AsyncGenerator<string> {
  const all = createHash('sha256');
  const noted = (text: string): string => {
    all.update(text);
    return text;
  };
  const listed = await database().listCollections({ type: 'collection' }).toArray();
  const sections = sectionsOf(listed.map(({ name }) => name));
  yield noted(lineOf(headOf(backup, sections)));
  const totals: End['sections'] = [];
  for (const section of sections) {
    const total = { ...section, chunks: 0, documents: 0 };
    for await (const { text, documents } of chunksOf(section, backup)) {
      yield noted(text);
      total.chunks++;
      total.documents += documents;
      await backup.pause?.();
    }
    backup.say(`… ${nameOf(section)}: ${total.documents} documents`);
    totals.push(total);
  }
  const end: End = { sections: totals, sha256: all.digest('hex') };
  yield lineOf({ end });
  done(end);
}

function headOf({ startedAt, dataKeyMark }: Backup, sections: readonly Section[]): Head {
  const head: Omit<Head, 'sha256'> = {
    format: FORMAT,
    version: FORMAT_VERSION,
    startedAt: startedAt.toISOString(),
    dataKeyMark,
    sections: [...sections],
  };
  return { ...head, sha256: sealOfHead(head) };
}

interface Text {
  readonly text: string;
  readonly documents: number;
}

/** The chunks of one section; the last says so, and there is one even of an empty collection. */
async function* chunksOf(section: Section, backup: Backup): AsyncGenerator<Text> {
  const { say, chunkDocuments = CHUNK_DOCUMENTS } = backup;
  let [n, seen, chars] = [1, 0, 0];
  let lines: string[] = [];
  for await (const document of documentsOf(section, backup)) {
    if (lines.length >= chunkDocuments || chars >= CHUNK_CHARS) {
      yield chunkOf({ ...section, n, last: false }, lines);
      [n, chars, lines] = [n + 1, 0, []];
    }
    const line = `${toExtendedJson(document)}\n`;
    lines.push(line);
    chars += line.length;
    seen++;
    if (seen % SAY_EVERY === 0) say(`… ${nameOf(section)}: ${seen} documents so far`);
  }
  yield chunkOf({ ...section, n, last: true }, lines);
}

/**
 * The documents of a section by id, each page a question of its own: no cursor has to stay open for as
 * long as a backup takes. The ids of one collection are of one type.
 */
async function* documentsOf(
  section: Section,
  { startedAt, chunkDocuments: limit = CHUNK_DOCUMENTS }: Backup,
): AsyncGenerator<object> {
  const collection = database().collection(section.collection);
  const filter = filterOf(section, startedAt);
  let behind: object = {};
  for (let isMore = true; isMore; ) {
    const found = collection.find({ $and: [filter, behind] }, EVERY_TYPE);
    const page = await found.sort({ _id: 1 }).limit(limit).toArray();
    yield* page;
    behind = { _id: { $gt: page.at(-1)?._id } };
    isMore = page.length === limit;
  }
}

function chunkOf(
  part: Pick<Chunk, 'collection' | 'again' | 'n' | 'last'>,
  lines: readonly string[],
): Text {
  const body = lines.join('');
  const { length: documents } = lines;
  const said = { ...part, documents };
  const chunk: Chunk = { ...said, sha256: sealOfChunk(said, body) };
  return { text: lineOf({ chunk }) + body, documents };
}

function lineOf(value: object): string {
  return `${JSON.stringify(value)}\n`;
}

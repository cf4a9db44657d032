import { createHash } from 'node:crypto';
import { z } from 'zod';
import { AnyHead, Chunk, End, FORMAT_VERSION, Head, sealOfChunk, sealOfHead } from './lines.ts';
import { readLines } from './read-lines.ts';
import { nameOf, type Section } from './sections.ts';

/** One verified chunk of a backup. */
export interface ReadChunk {
  readonly section: Section;
  /** Documents as canonical Extended JSON. */
  readonly documents: readonly string[];
}

/** A file that cannot be trusted, or is of another version; the message names the part. */
export class BackupError extends Error {
  override readonly name = 'BackupError';
}

/** What is read so far, and which part comes next. */
interface Reading {
  readonly lines: AsyncGenerator<Buffer>;
  readonly all: ReturnType<typeof createHash>;
  /** What a complaint is about. */
  part: string;
}

/**
 * Reads a backup from its first line to its last, chunk by chunk, each proved by its checksum before it
 * is given away; `begin` is told the head. Whoever comes to the end has read a whole file.
 * @throws BackupError, which names the part; the error of a file that cannot be read
 */
export async function* readBackup(
  file: string,
  begin: (head: Head) => void = () => undefined,
): AsyncGenerator<ReadChunk, End> {
  const reading: Reading = { lines: readLines(file), all: createHash('sha256'), part: 'the head' };
  const head = parsed(headIn(await nextLine(reading)), Head, reading);
  if (sealOfHead(head) !== head.sha256) throw damaged(reading, 'it does not match its checksum');
  begin(head);
  const totals: End['sections'] = [];
  for (const section of head.sections) {
    const total = { ...section, chunks: 0, documents: 0 };
    for await (const documents of chunksIn(reading, section)) {
      yield { section, documents };
      total.chunks++;
      total.documents += documents.length;
    }
    totals.push(total);
  }
  return endOf(reading, totals);
}

async function* chunksIn(reading: Reading, section: Section): AsyncGenerator<readonly string[]> {
  for (let n = 1, isLast = false; !isLast; n++) {
    reading.part = `${nameOf(section)}, chunk ${n}`;
    const { chunk } = parsed(await nextLine(reading), Chunk, reading);
    const found = `${nameOf(chunk)}, chunk ${chunk.n}`;
    if (found !== reading.part) throw damaged(reading, `${found} is in its place`);
    yield await documentsOf(reading, chunk);
    isLast = chunk.last;
  }
}

async function documentsOf(reading: Reading, chunk: Chunk): Promise<readonly string[]> {
  const lines: Buffer[] = [];
  while (lines.length < chunk.documents) lines.push(await nextBytes(reading));
  const body = Buffer.concat(lines);
  if (sealOfChunk(chunk, body) !== chunk.sha256) {
    throw damaged(reading, 'it does not match its checksum');
  }
  return lines.map((line) => line.toString('utf8'));
}

async function endOf(reading: Reading, totals: End['sections']): Promise<End> {
  reading.part = 'the end';
  const sha256 = reading.all.copy().digest('hex');
  const { end } = parsed(await nextLine(reading), End, reading);
  for (const [i, total] of totals.entries()) {
    const said = end.sections[i];
    if (said?.documents !== total.documents || said.chunks !== total.chunks) {
      throw damaged(
        reading,
        `it counts ${said?.documents} documents of ${nameOf(total)}, not ${total.documents}`,
      );
    }
  }
  if (end.sha256 !== sha256) throw damaged(reading, 'the file does not match its checksum');
  if (await isMore(reading)) throw damaged(reading, 'something follows it');
  return end;
}

async function isMore(reading: Reading): Promise<boolean> {
  return !(await told(reading)).done;
}

async function nextLine(reading: Reading): Promise<string> {
  return (await nextBytes(reading)).toString('utf8');
}

async function nextBytes(reading: Reading): Promise<Buffer> {
  const { done, value } = await told(reading);
  if (done || !value.toString('latin1', value.length - 1).endsWith('\n')) {
    throw damaged(reading, 'the file ends here');
  }
  reading.all.update(value);
  return value;
}

/** The next line; what the disk or the compression says against it becomes words about this part. */
async function told(reading: Reading): Promise<IteratorResult<Buffer, unknown>> {
  try {
    return await reading.lines.next();
  } catch (error) {
    if (isOfSystem(error)) throw error;
    throw damaged(reading, error instanceof Error ? error.message : String(error));
  }
}

/** Not found, not readable: that says nothing about what is in the file. */
function isOfSystem(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}

function headIn(line: string): string {
  const told = AnyHead.safeParse(jsonOf(line));
  if (told.success && told.data.version !== FORMAT_VERSION) {
    const { version } = told.data;
    throw new BackupError(
      `the backup has form ${version}, and this version reads ${FORMAT_VERSION}`,
    );
  }
  return line;
}

function parsed<Value>(line: string, form: z.ZodType<Value>, reading: Reading): Value {
  const result = form.safeParse(jsonOf(line));
  if (!result.success) throw damaged(reading, z.prettifyError(result.error));
  return result.data;
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function damaged({ part }: Reading, problem: string): BackupError {
  return new BackupError(`the backup is damaged: ${part}: ${problem}`);
}

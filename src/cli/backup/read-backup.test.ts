import { copyFileSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { linesIn, partsOf, writeLines } from '../../../tests/support/backup-file.ts';
import { useRestorable } from '../../../tests/support/restored.ts';
import { database } from '../../platform/mongo.ts';
import { BackupError, readBackup } from './read-backup.ts';
import { writeBackup } from './write-backup.ts';

const shop = useRestorable();
let whole = '';
/** A copy for each test. */
let file = '';

interface Letter {
  readonly _id: string;
  readonly text: string;
  readonly sentAt: Date;
  readonly share: number;
  readonly count: number;
  readonly none: null;
}

const letters: readonly Letter[] = Array.from({ length: 7 }, (_, i) => ({
  _id: `letter-${i}`,
  text: `𠮷野家 👋🏽 «${i}»\n`,
  sentAt: new Date(1_770_000_000_123 + i),
  share: 0.1 + i,
  count: i + 2 ** 40,
  none: null,
}));

beforeAll(async () => {
  await database()
    .collection<Letter>('letters')
    .insertMany([...letters]);
  whole = await shop.backUp({ chunkDocuments: 2 });
});
beforeEach(() => {
  file = shop.file();
  copyFileSync(whole, file);
});

/** What reading a file to its end says: how many documents, or what is wrong. */
async function verdict(of = file): Promise<string> {
  try {
    let documents = 0;
    for await (const chunk of readBackup(of)) documents += chunk.documents.length;
    return `${documents} documents`;
  } catch (error) {
    if (!(error instanceof BackupError)) throw error;
    return error.message.replace('the backup is damaged: ', '');
  }
}

/** The lines of a chunk of letters: the one that describes it, and its documents. */
function placeOf(lines: readonly string[], n: number): { from: number; to: number } {
  const from = lines.findIndex((line) => line.includes(`{"collection":"letters","n":${n},`));
  const to = lines.findIndex((line, i) => i > from && line.startsWith('{"chunk"'));
  return { from, to };
}

test('what was written comes back, also 4-byte characters, instants and both kinds of numbers', async () => {
  await shop.restore(file);
  expect(await database().collection<Letter>('letters').find().sort({ _id: 1 }).toArray()).toEqual(
    letters,
  );
  const exact = { promoteValues: false };
  const found = await database()
    .collection('letters')
    .findOne({}, { ...exact, sort: { _id: 1 } });
  expect(found).toMatchObject({ share: { _bsontype: 'Double' } });
});

test('the file is for its owner alone, and nothing else is left beside it', () => {
  expect(statSync(whole).mode & 0o777).toBe(0o600);
  expect(existsSync(`${whole}.partial`)).toBe(false);
});

test('a backup that fails leaves no file behind', async () => {
  const name = shop.file();
  const writing = writeBackup(name, {
    startedAt: shop.ctx().now,
    dataKeyMark: 'test',
    say: () => undefined,
    pause: () => Promise.reject(new Error('the disk is full')),
  });
  await expect(writing).rejects.toThrow('the disk is full');
  expect(existsSync(name)).toBe(false);
  expect(existsSync(`${name}.partial`)).toBe(false);
});

describe('a damaged file is recognised, and the part is named, when', () => {
  test('any character of a document was changed', async () => {
    const lines = linesIn(file);
    const { from } = placeOf(lines, 3);
    lines[from + 1] = String(lines[from + 1]).replace('𠮷', '吉');
    writeLines(file, lines);
    expect(await verdict()).toBe('letters, chunk 3: it does not match its checksum');
  });

  test('what a chunk says of itself was changed', async () => {
    const lines = linesIn(file);
    const { from } = placeOf(lines, 2);
    lines[from] = String(lines[from]).replace('"last":false', '"last":true');
    writeLines(file, lines);
    expect(await verdict()).toBe('letters, chunk 2: it does not match its checksum');
  });

  test('a chunk is missing, also the last of its collection', async () => {
    const { sections } = partsOf(whole).head;
    const next = sections[sections.findIndex(({ collection }) => collection === 'letters') + 1];
    for (const [n, found] of [
      [2, 'letters, chunk 3'],
      [4, `${next?.collection}, chunk 1`],
    ] as const) {
      const lines = linesIn(whole);
      const { from, to } = placeOf(lines, n);
      const bad = shop.file();
      writeLines(bad, [...lines.slice(0, from), ...lines.slice(to)]);
      expect(await verdict(bad)).toBe(`letters, chunk ${n}: ${found} is in its place`);
    }
  });

  test('two chunks changed places', async () => {
    const lines = linesIn(file);
    const [one, two] = [placeOf(lines, 1), placeOf(lines, 2)];
    writeLines(file, [
      ...lines.slice(0, one.from),
      ...lines.slice(two.from, two.to),
      ...lines.slice(one.from, one.to),
      ...lines.slice(two.to),
    ]);
    expect(await verdict()).toBe('letters, chunk 1: letters, chunk 2 is in its place');
  });

  test('it was cut anywhere between two lines', async () => {
    const lines = linesIn(whole);
    for (let kept = 0; kept < lines.length; kept += 3) {
      writeLines(file, lines.slice(0, kept));
      expect(await verdict(), `${kept} lines`).toMatch(
        /^[\w ()]+(, chunk \d+)?: the file ends here$/,
      );
    }
    const { from } = placeOf(lines, 2);
    writeLines(file, lines.slice(0, from + 2));
    expect(await verdict()).toBe('letters, chunk 2: the file ends here');
  });

  test('the compressed file was cut anywhere', async () => {
    const bytes = readFileSync(file);
    for (let kept = 0; kept < bytes.length; kept += 97) {
      writeFileSync(file, bytes.subarray(0, kept));
      expect(await verdict(), `${kept} bytes`).toMatch(/^[\w ()]+(, chunk \d+)?: \S/);
    }
  });

  test('any byte of the compressed file was changed', async () => {
    const bytes = readFileSync(file);
    for (let at = 10; at < bytes.length; at += 41) {
      const changed = Buffer.from(bytes);
      changed[at] = Number(changed[at]) ^ 0x10;
      writeFileSync(file, changed);
      expect(await verdict(), `byte ${at}`).toMatch(/^[\w ()]+(, chunk \d+)?: \S/);
    }
  });

  test('its head or its end was changed', async () => {
    const lines = linesIn(file);
    writeLines(file, [String(lines[0]).replace('"2026', '"2025'), ...lines.slice(1)]);
    expect(await verdict()).toBe('the head: it does not match its checksum');
    const end = String(lines.at(-1));
    writeLines(file, [...lines.slice(0, -1), end.replace('"documents":7', '"documents":8')]);
    expect(await verdict()).toBe('the end: it counts 8 documents of letters, not 7');
    writeLines(file, [...lines, '{}']);
    expect(await verdict()).toBe('the end: something follows it');
  });

  test('it is no backup at all', async () => {
    writeFileSync(file, 'PK\u0003\u0004');
    expect(await verdict()).toBe('the head: incorrect header check');
    writeLines(file, ['{"hello":"world"}']);
    expect(await verdict()).toMatch(/^the head: /);
  });
});

test('a backup of another version is told apart from a damaged one', async () => {
  const lines = linesIn(file);
  writeLines(file, [String(lines[0]).replace('"version":1', '"version":2'), ...lines.slice(1)]);
  expect(await verdict()).toBe('the backup has form 2, and this version reads 1');
});

import { DomainError } from '../../kernel/errors.ts';
import type { MediaFile } from './media-file.ts';
import { HEAD_BYTES } from './media-formats.ts';

/**
 * Gives the bytes of a file on while they are what was announced. Nothing past the announced size
 * is given, so that no form with a file of another size is ever complete.
 * @throws DomainError MEDIA_SIZE_WRONG, MEDIA_FORMAT_WRONG
 */
export async function* checkedContent(file: MediaFile, begins: RegExp): AsyncGenerator<Uint8Array> {
  let seenBytes = 0;
  let head: Buffer | null = Buffer.alloc(0);
  for await (const chunk of file.open()) {
    seenBytes += chunk.length;
    if (seenBytes > file.sizeBytes) throw sizeWrong(file, 'more');
    if (head === null) {
      yield chunk;
      continue;
    }
    head = Buffer.concat([head, chunk]);
    if (head.length < HEAD_BYTES) continue;
    requireFormat(head, begins);
    yield head;
    head = null;
  }
  if (seenBytes < file.sizeBytes) throw sizeWrong(file, 'less');
  if (head !== null) {
    requireFormat(head, begins);
    yield head;
  }
}

function requireFormat(head: Buffer, begins: RegExp): void {
  if (begins.test(head.toString('latin1', 0, HEAD_BYTES))) return;
  const message = 'the file is not of the format that its name says';
  throw new DomainError({ kind: 'invalid', code: 'MEDIA_FORMAT_WRONG', message });
}

function sizeWrong({ sizeBytes }: MediaFile, than: 'more' | 'less'): DomainError {
  const message = `the file has ${than} bytes than were announced`;
  const details = { announcedBytes: sizeBytes };
  return new DomainError({ kind: 'invalid', code: 'MEDIA_SIZE_WRONG', message, details });
}

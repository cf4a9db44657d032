import { randomBytes } from '../../kernel/random-bytes.ts';

/** A form with one file, as it goes over the wire. */
export interface MultipartForm {
  readonly contentType: string;
  readonly sizeBytes: number;
  readonly content: AsyncIterable<Uint8Array>;
}

export interface FormFile {
  readonly name: string;
  readonly contentType: string;
  /** Exactly what `content` gives. */
  readonly sizeBytes: number;
  readonly content: AsyncIterable<Uint8Array>;
}

/**
 * A form whose file is in the field `media` (reference 5.9). Its size is known before it is read,
 * because the platform finds no file in a form without one.
 */
export function multipartForm(
  file: FormFile,
  fields: Readonly<Record<string, string>> = {},
): MultipartForm {
  const boundary = `jifenwu-${randomBytes(16).toString('hex')}`;
  const head = Buffer.from(`${textParts(boundary, fields)}${fileHead(boundary, file)}`);
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);

  async function* content() {
    yield head;
    yield* file.content;
    yield tail;
  }
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    sizeBytes: head.length + file.sizeBytes + tail.length,
    content: content(),
  };
}

function textParts(boundary: string, fields: Readonly<Record<string, string>>): string {
  return Object.entries(fields)
    .map(([name, value]) => `--${boundary}\r\n${disposition(name)}\r\n\r\n${value}\r\n`)
    .join('');
}

function fileHead(boundary: string, { name, contentType }: FormFile): string {
  // A quote or a line end in the name would begin a field of its own.
  const safeName = name.replace(/[\p{C}"\\]/gu, '_');
  const lines = [`${disposition('media')}; filename="${safeName}"`, `Content-Type: ${contentType}`];
  return `--${boundary}\r\n${lines.join('\r\n')}\r\n\r\n`;
}

function disposition(name: string): string {
  return `Content-Disposition: form-data; name="${name}"`;
}

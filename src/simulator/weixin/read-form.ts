/** One file of a multipart body. */
export interface FormFile {
  readonly name: string;
  /** As the client says; an empty text when it says nothing. */
  readonly mime: string;
  readonly bytes: Buffer;
}

/** The parts of a `multipart/form-data` body (RFC 7578). */
export interface Form {
  readonly fields: ReadonlyMap<string, string>;
  readonly files: ReadonlyMap<string, FormFile>;
}

const BREAK = Buffer.from('\r\n\r\n');

/** Reads a multipart body; null for one that is none, or is cut off. */
export function readForm(contentType: string, body: Buffer): Form | null {
  const found = /^multipart\/form-data;.*?boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType);
  const boundary = found?.[1] ?? found?.[2];
  if (boundary === undefined) return null;
  const fields = new Map<string, string>();
  const files = new Map<string, FormFile>();
  for (const part of partsOf(body, Buffer.from(`--${boundary}`))) {
    const end = part.indexOf(BREAK);
    if (end < 0) return null;
    const head = part.subarray(0, end).toString('utf8');
    const bytes = part.subarray(end + BREAK.length, part.length - 2);
    const name = parameter(head, 'name');
    if (name === null) return null;
    const file = parameter(head, 'filename');
    if (file === null) fields.set(name, bytes.toString('utf8'));
    else files.set(name, { name: file, mime: mimeOf(head), bytes });
  }
  return { fields, files };
}

/** What stands between the boundaries, each with the line break that belongs to the next boundary. */
function partsOf(body: Buffer, mark: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  let start = body.indexOf(mark);
  while (start >= 0) {
    const begin = start + mark.length;
    const next = body.indexOf(mark, begin);
    if (next < 0 || body.subarray(begin, begin + 2).toString() === '--') break;
    parts.push(body.subarray(begin + 2, next));
    start = next;
  }
  return parts;
}

function parameter(head: string, name: string): string | null {
  const line = /^content-disposition:(.*)$/im.exec(head)?.[1] ?? '';
  return new RegExp(`[;\\s]${name}="([^"]*)"`, 'i').exec(line)?.[1] ?? null;
}

function mimeOf(head: string): string {
  return /^content-type:\s*([^;\s]+)/im.exec(head)?.[1]?.toLowerCase() ?? '';
}

import type { Media } from '../../account/belongings.ts';
import { ApiProblem } from '../api-problem.ts';
import type { FormFile } from '../read-form.ts';

const KB = 1024;
const MB = 1024 * KB;

interface Rule {
  readonly bytesMax: number;
  readonly kinds: readonly string[];
}

type FileType = Exclude<Media['type'], 'news'>;

/** What is taken for three days (reference 5.9). */
export const TEMPORARY: Readonly<Record<FileType, Rule>> = {
  image: { bytesMax: 10 * MB, kinds: ['png', 'jpg', 'gif'] },
  voice: { bytesMax: 2 * MB, kinds: ['amr', 'mp3'] },
  video: { bytesMax: 10 * MB, kinds: ['mp4'] },
  thumb: { bytesMax: 64 * KB, kinds: ['jpg'] },
};

/** What is taken for good. */
export const PERMANENT: typeof TEMPORARY = {
  image: { bytesMax: 10 * MB, kinds: ['bmp', 'png', 'jpg', 'gif'] },
  voice: { bytesMax: 2 * MB, kinds: ['mp3', 'wma', 'wav', 'amr'] },
  video: { bytesMax: 10 * MB, kinds: ['mp4'] },
  thumb: { bytesMax: 64 * KB, kinds: ['jpg'] },
};

/** A picture inside an article. */
export const IN_ARTICLE: Rule = { bytesMax: MB, kinds: ['jpg', 'png'] };

const MIMES: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  gif: 'image/gif',
  bmp: 'image/bmp',
  amr: 'audio/amr',
  mp3: 'audio/mpeg',
  wma: 'audio/x-ms-wma',
  wav: 'audio/wav',
  mp4: 'video/mp4',
};

const BEGINNINGS: readonly (readonly [string, Buffer])[] = [
  ['png', Buffer.from([0x89, 0x50, 0x4e, 0x47])],
  ['jpg', Buffer.from([0xff, 0xd8, 0xff])],
  ['gif', Buffer.from('GIF8')],
  ['bmp', Buffer.from('BM')],
  ['amr', Buffer.from('#!AMR')],
];

/** The type in an upload's query. @throws ApiProblem 40004 */
export function typeOf(asked: string | undefined): FileType {
  if (asked === 'image' || asked === 'voice' || asked === 'video' || asked === 'thumb')
    return asked;
  throw new ApiProblem(40004, 'invalid media type');
}

/** What an uploaded file is, by what is in it, else by its name. @throws ApiProblem 40005, 40006, 45001 */
export function checkedFile(file: FormFile | undefined, rule: Rule): { readonly mime: string } {
  if (!file) throw new ApiProblem(41005, 'media data missing');
  if (file.bytes.length === 0) throw new ApiProblem(40006, 'invalid media size');
  const kind = kindOf(file);
  if (!rule.kinds.includes(kind)) throw new ApiProblem(40005, 'invalid file type');
  if (file.bytes.length > rule.bytesMax) throw new ApiProblem(45001, 'media size out of limit');
  return { mime: MIMES[kind] ?? 'application/octet-stream' };
}

function kindOf({ bytes, name, mime }: FormFile): string {
  const begun = BEGINNINGS.find(([, start]) => bytes.subarray(0, start.length).equals(start));
  const ending = /\.(\w+)$/.exec(name)?.[1]?.toLowerCase();
  const named = ending === 'jpeg' ? 'jpg' : ending;
  return begun?.[0] ?? named ?? Object.entries(MIMES).find(([, one]) => one === mime)?.[0] ?? '';
}

/** What a media file is for. */
export type MediaType = 'image' | 'voice' | 'video' | 'thumb';

/** What may be uploaded as what. */
export interface MediaLimit {
  readonly formats: readonly string[];
  readonly bytesMax: number;
}

interface Format {
  readonly contentType: string;
  /** How its files begin. */
  readonly begins: RegExp;
}

const MB = 1024 * 1024;
/** So many bytes tell every format below. */
export const HEAD_BYTES = 12;

const JPEG: Format = { contentType: 'image/jpeg', begins: /^\xff\xd8\xff/ };
const FORMATS = new Map<string, Format>([
  ['jpg', JPEG],
  ['jpeg', JPEG],
  ['png', { contentType: 'image/png', begins: /^\x89PNG\r\n/ }],
  ['gif', { contentType: 'image/gif', begins: /^GIF8/ }],
  ['bmp', { contentType: 'image/bmp', begins: /^BM/ }],
  ['amr', { contentType: 'audio/amr', begins: /^#!AMR/ }],
  ['mp3', { contentType: 'audio/mpeg', begins: /^(?:ID3|\xff[\xe0-\xff])/ }],
  ['wma', { contentType: 'audio/x-ms-wma', begins: /^\x30\x26\xb2\x75/ }],
  ['wav', { contentType: 'audio/wav', begins: /^RIFF.{4}WAVE/s }],
  ['mp4', { contentType: 'video/mp4', begins: /^.{4}ftyp/s }],
]);

const IMAGES = ['png', 'jpeg', 'jpg', 'gif'];
const VIDEO: MediaLimit = { formats: ['mp4'], bytesMax: 10 * MB };
const THUMB: MediaLimit = { formats: ['jpg', 'jpeg'], bytesMax: 64 * 1024 };

/** For three days (reference 5.9). */
export const TEMPORARY: Readonly<Record<MediaType, MediaLimit>> = {
  image: { formats: IMAGES, bytesMax: 10 * MB },
  voice: { formats: ['amr', 'mp3'], bytesMax: 2 * MB },
  video: VIDEO,
  thumb: THUMB,
};

/** For ever (reference 5.9). */
export const PERMANENT: Readonly<Record<MediaType, MediaLimit>> = {
  image: { formats: ['bmp', ...IMAGES], bytesMax: 10 * MB },
  voice: { formats: ['mp3', 'wma', 'wav', 'amr'], bytesMax: 2 * MB },
  video: VIDEO,
  thumb: THUMB,
};

/** For the text of articles: less than 1 MB. */
export const ARTICLE_IMAGE: MediaLimit = { formats: ['jpg', 'jpeg', 'png'], bytesMax: MB - 1 };

/** The format that a file's name ends in, when it may be uploaded as this; null otherwise. */
export function formatOf(name: string, { formats }: MediaLimit): Format | null {
  const ending = /\.([a-z0-9]+)$/.exec(name.toLowerCase())?.[1] ?? '';
  return formats.includes(ending) ? (FORMATS.get(ending) ?? null) : null;
}

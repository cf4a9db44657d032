import { type Account, lockOf } from './account.ts';
import { decrypt, signatureOf } from './cipher.ts';
import { isElements, type Node, readXml, textOf } from './xml.ts';

/** What the follower gets: a bubble of some kind, its words, and what a card needs beyond them. */
export interface Heard {
  readonly type: string;
  readonly text: string;
}

/** What a service's answer means, with its plain form for the inspector. */
export interface Opened {
  /** Null: acknowledged, and nothing is shown. */
  readonly heard: Heard | null;
  readonly plain: string;
}

/** Why an answer counts as a failure; `simulator.problem.<why>` says it. */
export type Problem =
  | 'timeout'
  | 'connection'
  | 'status'
  | 'xml'
  | 'encryption'
  | 'parties'
  | 'type'
  | 'length';

/** The platform does not accept the answer. */
export class ReplyRefused extends Error {
  readonly problem: Problem;

  constructor(problem: Problem, options?: ErrorOptions) {
    super(`the reply is refused: ${problem}`, options);
    this.name = 'ReplyRefused';
    this.problem = problem;
  }
}

/** From measurements (reference 3.1): a longer text makes the failure line appear instead. */
const TEXT_BYTES_MAX = 2048;

/** Opens the answer to a push of this follower as strictly as the platform does. @throws ReplyRefused */
export function openReply(account: Account, openId: string, body: string): Opened {
  const text = body.trim();
  if (text === '' || text === 'success') return { heard: null, plain: text };
  const outer = read(text, 'xml');
  const sealed = textOf(outer.Encrypt);
  if (sealed === null) {
    if (account.mode === 'safe') throw new ReplyRefused('encryption');
    return { heard: heardIn(account, openId, outer), plain: text };
  }
  const plain = unsealed(account, outer, sealed);
  return { heard: heardIn(account, openId, read(plain, 'xml')), plain };
}

type Elements = { readonly [name: string]: Node };

function read(xml: string, problem: Problem): Elements {
  try {
    return readXml(xml);
  } catch (error) {
    throw new ReplyRefused(problem, { cause: error });
  }
}

function unsealed(account: Account, outer: Elements, sealed: string): string {
  const lock = lockOf(account);
  const [timestamp, nonce] = [textOf(outer.TimeStamp), textOf(outer.Nonce)];
  if (!lock || timestamp === null || nonce === null) throw new ReplyRefused('encryption');
  const signature = signatureOf(account.token, timestamp, nonce, sealed);
  if (signature !== textOf(outer.MsgSignature)) throw new ReplyRefused('encryption');
  try {
    return decrypt(lock, sealed);
  } catch (error) {
    throw new ReplyRefused('encryption', { cause: error });
  }
}

function heardIn(account: Account, openId: string, reply: Elements): Heard {
  const swapped =
    textOf(reply.ToUserName) === openId && textOf(reply.FromUserName) === account.originalId;
  if (!swapped) throw new ReplyRefused('parties');
  if (!/^\d{10}$/.test(textOf(reply.CreateTime) ?? '')) throw new ReplyRefused('xml');
  const type = textOf(reply.MsgType) ?? '';
  const words = WORDS[type]?.(reply) ?? null;
  if (words === null) throw new ReplyRefused('type');
  if (Buffer.byteLength(words) > TEXT_BYTES_MAX) throw new ReplyRefused('length');
  return { type, text: words };
}

/** The words of each type of reply (reference 3.1); null where a needed element is missing. */
const WORDS: Readonly<Record<string, (reply: Elements) => string | null>> = {
  text: ({ Content }) => textOf(Content) || null,
  image: ({ Image }) => textOf(inside(Image, 'MediaId')),
  voice: ({ Voice }) => textOf(inside(Voice, 'MediaId')),
  video: ({ Video }) => textOf(inside(Video, 'MediaId')),
  music: ({ Music }) => textOf(inside(Music, 'ThumbMediaId')),
  news: ({ Articles }) => articleOf(inside(Articles, 'item')),
  transfer_customer_service: () => '',
};

function inside(node: Node | undefined, name: string): Node | undefined {
  return isElements(node) ? node[name] : undefined;
}

/** One article at most in answer to a message: title, then address. */
function articleOf(item: Node | undefined): string | null {
  const [title, url] = [textOf(inside(item, 'Title')), textOf(inside(item, 'Url'))];
  return title === null || url === null ? null : `${title}\n${url}`;
}

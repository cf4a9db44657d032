import {
  COMMAND_WORDS,
  type CommandWord,
  commandOf,
  findByWord,
  type Intent,
  isConversationWord,
} from './commands.ts';
import { bare, simplified } from './normalise.ts';
import { findPattern } from './patterns.ts';
import { findSameSound, listCloseSounds } from './pinyin.ts';

/** What a text asks for, as far as it can be told from the text alone. */
export interface Understood {
  readonly intent: Intent | 'unknown';
  /** The word of the command that was found: 补签 shares its intent with 签到. Empty when unknown. */
  readonly word: string;
  /**
   * 1 the word itself, 0.9 the same sound, 0.85 a sentence, 0.8 a word within a short text, 0.5 a close
   * sound (never to be run, only suggested), 0 unknown.
   */
  readonly confidence: number;
  /** Whether the follower is asked before it runs: how sure this is, against what the command does. */
  readonly asksFirst: boolean;
  /** Whether the command takes points or cannot be undone. */
  readonly spends: boolean;
  /** What to suggest, the nearest first, at most two; empty unless the confidence is 0.5. */
  readonly suggestions: readonly Intent[];
  /** What stands behind the word, normalised: a product to look for. */
  readonly rest: string;
}

const SUGGESTIONS_MAX = 2;
/** A word within a longer text says too little about the text. */
const CONTAINING_MAX = 12;
/** Longer texts are sentences: they have no sound in common with a word. */
const SOUNDING_MAX = 24;

const UNKNOWN: Understood = {
  intent: 'unknown',
  word: '',
  confidence: 0,
  asksFirst: true,
  spends: false,
  suggestions: [],
  rest: '',
};

/**
 * Understands a text of a follower with nothing pending: pure, and bounded for any text. Each step
 * stops at the first hit (`design/conversation.md`, section 4, steps 1, 2 and 4 to 8).
 */
export function understand(text: string): Understood {
  if (isQuestionMark(text)) return found(entryOf('help'), { confidence: 1 });
  const plain = bare(text);
  if (plain === '') return UNKNOWN;
  const exact = findByWord(plain);
  if (exact) return found(exact, { confidence: 1 });
  return understandSentence(simplified(plain));
}

function understandSentence(text: string): Understood {
  const exact = findByWord(text);
  if (exact) return found(exact, { confidence: 1 });
  if (isConversationWord(text)) return UNKNOWN;
  const isShort = text.length <= SOUNDING_MAX;
  const sounding = isShort ? findSameSound(text) : undefined;
  if (sounding) return found(sounding, { confidence: 0.9 });
  const sentence = findPattern(text);
  if (sentence) {
    const { intent, word, rest } = sentence;
    return found({ word, command: commandOf(intent) }, { confidence: 0.85, rest });
  }
  const contained = longestWordIn(text);
  if (contained) {
    const rest = text.slice(text.lastIndexOf(contained.word) + contained.word.length);
    return found(contained, { confidence: 0.8, rest });
  }
  return isShort ? closeTo(text) : UNKNOWN;
}

function closeTo(text: string): Understood {
  const close = listCloseSounds(text, SUGGESTIONS_MAX);
  const [nearest] = close;
  if (!nearest) return UNKNOWN;
  const suggestions = close.map(({ command }) => command.intent);
  return { ...found(nearest, { confidence: 0.5 }), suggestions };
}

interface Sureness {
  readonly confidence: number;
  readonly rest?: string;
}

function found({ word, command }: CommandWord, { confidence, rest = '' }: Sureness): Understood {
  const { intent, effect } = command;
  const spends = effect === 'spends';
  const runs = confidence === 1 || (confidence === 0.9 ? !spends : effect === 'reads');
  const asksFirst = !runs || confidence <= 0.5;
  return { intent, word, confidence, asksFirst, spends, suggestions: [], rest };
}

function isQuestionMark(text: string): boolean {
  return /^[\s\p{C}]*[?？][\s\p{C}]*$/u.test(text.slice(0, 8)) && text.trim().length <= 1;
}

function entryOf(intent: Intent): CommandWord {
  const command = commandOf(intent);
  return { word: command.words[0], command };
}

/** Of the words in a short text the longest one, the last of equals: 积分兑换 is about 兑换. */
function longestWordIn(text: string): CommandWord | undefined {
  if (text.length > CONTAINING_MAX) return undefined;
  let best: CommandWord | undefined;
  let bestAt = -1;
  for (const entry of COMMAND_WORDS) {
    const at = placeOf(entry.word, text);
    if (at < 0) continue;
    const longer = entry.word.length - (best?.word.length ?? 0);
    if (longer < 0 || (longer === 0 && at < bestAt)) continue;
    best = entry;
    bestAt = at;
  }
  return best;
}

/** Where a word stands; letters only as a whole: `rw` is not in `rwanda`. */
function placeOf(word: string, text: string): number {
  if (word.length < 2) return -1;
  const at = text.lastIndexOf(word);
  if (at < 0 || !/^[a-z]/.test(word)) return at;
  const around = `${text[at - 1] ?? ''}${text[at + word.length] ?? ''}`;
  return /[a-z0-9]/.test(around) ? -1 : at;
}

import { createRequire } from 'node:module';
import type { pinyin as Pinyin } from 'pinyin-pro';
import { COMMAND_WORDS, type Command, type CommandWord } from './commands.ts';

const require = createRequire(import.meta.url);

/** How a text sounds: a syllable for each Chinese character, other characters as they are. */
interface Sound {
  /** With a space between syllables: 月 `yue` is not 余额 `yu e`. */
  readonly syllables: string;
  /** Without, as it is typed on a keyboard. */
  readonly letters: string;
}

let pinyin: typeof Pinyin | null = null;

/** The sound of a normalised text. Loads the dictionary when it is first needed (17 MB, 100 ms). */
function soundOf(text: string): Sound {
  if (/^[a-z0-9]*$/.test(text)) return { syllables: text, letters: text };
  pinyin ??= (require('pinyin-pro') as { pinyin: typeof Pinyin }).pinyin;
  const syllables = pinyin(text, { toneType: 'none', type: 'array', v: true });
  return { syllables: syllables.join(' '), letters: syllables.join('') };
}

interface SoundingWord extends CommandWord {
  readonly sound: Sound;
}

let known: readonly SoundingWord[] | null = null;

function soundingWords(): readonly SoundingWord[] {
  known ??= COMMAND_WORDS.filter(({ word }) => word.length > 1).map((entry) => ({
    ...entry,
    sound: soundOf(entry.word),
  }));
  return known;
}

/** The Chinese word that sounds the same, or that was typed in letters. */
export function findSameSound(text: string): CommandWord | undefined {
  const { syllables, letters } = soundOf(text);
  const isTyped = letters === text;
  return soundingWords().find(({ word, sound }) => {
    if (sound.letters === word) return false;
    return isTyped ? sound.letters === letters : sound.syllables === syllables;
  });
}

/** How far apart two sounds may be, as a part of the longer one. */
const FAR = 0.4;
const LETTERS_MIN = 4;
const LETTERS_MAX = 24;

/** The words that sound nearly the same, nearest first, one per command. */
export function listCloseSounds(text: string, limit: number): readonly CommandWord[] {
  const { letters } = soundOf(text);
  if (letters.length < LETTERS_MIN || letters.length > LETTERS_MAX) return [];
  const nearest = new Map<Command, { readonly entry: CommandWord; readonly distance: number }>();
  for (const entry of soundingWords()) {
    const distance = distanceOf(letters, entry.sound.letters);
    const best = nearest.get(entry.command)?.distance ?? FAR;
    if (distance < best || (distance === FAR && best === FAR)) {
      nearest.set(entry.command, { entry, distance });
    }
  }
  return [...nearest.values()]
    .toSorted((a, b) => a.distance - b.distance)
    .slice(0, limit)
    .map(({ entry }) => entry);
}

/** Letters to change, add or remove, as a part of the longer text; 1 when that is plainly too many. */
function distanceOf(a: string, b: string): number {
  const longer = Math.max(a.length, b.length);
  if (Math.min(a.length, b.length) < LETTERS_MIN - 1) return 1;
  if (Math.abs(a.length - b.length) > FAR * longer) return 1;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(changed, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return (row[b.length] ?? longer) / longer;
}

/**
 * Stops the start when a word, or the sound of a word, belongs to two commands: nobody could say which
 * one is meant.
 * @throws Error that lists them
 */
export function checkCommands(commands: readonly Command[]): void {
  const owners = new Map<string, string>();
  const problems: string[] = [];
  for (const { intent, words } of commands) {
    for (const name of new Set(words.flatMap((word) => [word, soundOf(word).syllables]))) {
      const owner = owners.get(name);
      if (owner !== undefined)
        problems.push(`“${name}” is a word or a sound of ${owner} and ${intent}`);
      else owners.set(name, intent);
    }
  }
  if (problems.length > 0) throw new Error(`Commands share words:\n  ${problems.join('\n  ')}`);
}

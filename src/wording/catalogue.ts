import { assert } from '../kernel/assert.ts';
import { problemsOf, type Tables, type Words } from './catalogue-problems.ts';
import { type Compiled, compile, type Facts, type Style } from './compile.ts';
import { LANGUAGES, type Language, RENDERERS } from './facts.ts';
import { MESSAGES, type Say } from './messages.ts';
import { readWords } from './read-words.ts';

/** Every word people read, in every language, checked and ready to be said. */
export interface Catalogue {
  /**
   * Says messages in one language. Without a style the words are plain: bars are drawn, words cannot be
   * tapped. Asking again for the same language and style gives the same function.
   */
  say(language: Language, style?: Style): Say<string>;
  /**
   * The words of a refusal: `err.<code in lower case>`, said with the refusal's details. Null when there
   * are no words for this code, or when they mention a detail that the refusal does not give.
   */
  sayRefusal(language: Language, refusal: RefusalFacts): string | null;
}

interface RefusalFacts {
  readonly code: string;
  readonly details: Readonly<Record<string, string | number | boolean>>;
}

/** Pages have no width for tapping; a bar is text as well. */
const PLAIN: Style = { tapLinks: false, bars: true };

/**
 * Reads `templates/messages` and makes every text ready. Called once, at the start.
 * @throws Error that lists every key without words, every text without a key, and every text that
 * mentions a fact it is not given
 */
export function loadCatalogue(): Catalogue {
  const words = new Map(LANGUAGES.map((language) => [language, readWords(language)]));
  return catalogueOf(MESSAGES, words);
}

/** The catalogue of given tables and words. @throws Error that lists what is wrong with them */
export function catalogueOf(tables: Tables, words: ReadonlyMap<Language, Words>): Catalogue {
  const all = LANGUAGES.map((language) => [language, words.get(language) ?? new Map()] as const);
  const problems = all.flatMap(([language, texts]) => problemsOf(language, tables, texts));
  if (problems.length > 0) {
    throw new Error(`The message catalogue is not complete:\n  ${problems.join('\n  ')}`);
  }
  const spoken = new Map<string, Speaker>();
  const speakerOf = (language: Language, style: Style): Speaker => {
    const name = `${language} ${style.tapLinks} ${style.bars}`;
    const known = spoken.get(name);
    if (known) return known;
    const texts = words.get(language) ?? new Map();
    const made = speaker(compileAll(tables, texts, { language, style }));
    spoken.set(name, made);
    return made;
  };
  for (const language of LANGUAGES) speakerOf(language, PLAIN);
  return {
    say: (language, style = PLAIN) => speakerOf(language, style) as Say<string>,
    sayRefusal: (language, { code, details }) => {
      const key = `err.${code.toLowerCase()}`;
      const kinds = Object.hasOwn(tables, key) ? tables[key] : undefined;
      if (!kinds || !Object.keys(kinds).every((name) => Object.hasOwn(details, name))) return null;
      return speakerOf(language, PLAIN)(key, details);
    },
  };
}

type Speaker = (key: string, facts?: Facts) => string;

const NO_FACTS: Facts = {};

function speaker(texts: ReadonlyMap<string, Compiled>): Speaker {
  return (key, facts = NO_FACTS) => {
    const text = texts.get(key);
    assert(text, `there is no message ${key}`);
    return text(facts);
  };
}

function compileAll(
  tables: Tables,
  words: Words,
  { language, style }: { readonly language: Language; readonly style: Style },
): ReadonlyMap<string, Compiled> {
  const compiled = new Map<string, Compiled>();
  for (const [key, kinds] of Object.entries(tables)) {
    const dressing = { kinds, renderers: RENDERERS[language], style };
    compiled.set(key, compile(words.get(key) ?? '', dressing));
  }
  return compiled;
}

import { assert } from '../kernel/assert.ts';
import { type BusinessDay, clockTimeOf } from '../kernel/business-day.ts';
import { cleanText } from './clean-text.ts';

export const LANGUAGES = ['zh-CN', 'en'] as const;
/** A language that every message has words in. */
export type Language = (typeof LANGUAGES)[number];

/** What each kind of fact is in code. How it reads is below, kind by kind. */
export interface FactTypes {
  /** 1,260 */
  readonly points: number;
  /** +10, −380 (U+2212) */
  readonly signedPoints: number;
  /** 5, 1,204 */
  readonly count: number;
  /** 1260: what is typed back, or what a template field of the platform takes */
  readonly digits: number;
  /** 11 月 30 日 */
  readonly day: BusinessDay;
  /** 11/30 */
  readonly shortDay: BusinessDay;
  /** 2026年11月30日 */
  readonly longDay: BusinessDay;
  /** 8:02, in the programme's zone */
  readonly time: Date;
  /** One line from outside: no links, no markup, at most 40 characters. */
  readonly text: string;
  /** The same, at most 120 characters. */
  readonly longText: string;
  /** What the catalogue has said already, kept as it is; empty, it takes its line away with it. */
  readonly lines: string;
  /** An address of our own. */
  readonly url: string;
}

export type FactKind = keyof FactTypes;

/** How a fact of each kind reads in one language. */
export type Renderers = { readonly [Kind in FactKind]: (fact: FactTypes[Kind]) => string };

const TEXT_MAX = 40;
const LONG_TEXT_MAX = 120;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const common = {
  points: grouped,
  signedPoints: (points) => (points < 0 ? `−${grouped(-points)}` : `+${grouped(points)}`),
  count: grouped,
  digits: (count) => String(count),
  time: (instant) => {
    const { hour, minute } = clockTimeOf(instant);
    return `${hour}:${String(minute).padStart(2, '0')}`;
  },
  text: (text) => cleanText(text, TEXT_MAX),
  longText: (text) => cleanText(text, LONG_TEXT_MAX),
  lines: (lines) => lines,
  url: (url) => {
    assert(/^https?:\/\/[^\s<>"]+$/.test(url), 'a message links to a whole web address');
    return url;
  },
} satisfies Partial<Renderers>;

export const RENDERERS: Readonly<Record<Language, Renderers>> = {
  'zh-CN': {
    ...common,
    day: (day) => `${month(day)} 月 ${date(day)} 日`,
    shortDay: (day) => `${month(day)}/${date(day)}`,
    longDay: (day) => `${day.slice(0, 4)}年${month(day)}月${date(day)}日`,
  },
  en: {
    ...common,
    day: (day) => `${date(day)} ${MONTHS[month(day) - 1]}`,
    shortDay: (day) => `${month(day)}/${date(day)}`,
    longDay: (day) => `${date(day)} ${MONTHS[month(day) - 1]} ${day.slice(0, 4)}`,
  },
};

/** An integer with a comma between thousands. */
function grouped(count: number): string {
  if (count > -1000 && count < 1000) return String(count);
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

function month(day: BusinessDay): number {
  return Number(day.slice(5, 7));
}

function date(day: BusinessDay): number {
  return Number(day.slice(8, 10));
}

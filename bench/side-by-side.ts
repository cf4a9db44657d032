/** How often everything is measured, in turns; rounds to warm up come before and are not counted. */
export const ROUNDS = Math.max(5, Number(process.env.BENCH_ROUNDS ?? 7));

/** The smallest, the middle and the largest of what the rounds gave. */
export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/** A figure beside its floor: one line of the report. */
export interface Row {
  readonly name: string;
  readonly unit: string;
  readonly floor: Spread;
  readonly figure: Spread;
  /** Figure to floor, round by round. */
  readonly ratio: Spread;
  /** What the ratio has to reach, or must not exceed; null for a row that only informs. */
  readonly target: Target | null;
}

/** What the median has to reach, or must not exceed. */
export type Target = { readonly least: number } | { readonly most: number };

/** One way to do the work. A round gives one number: how much was done in a second, or what it took. */
export interface Way {
  readonly name: string;
  readonly round: () => Promise<number>;
}

/**
 * Measures every way once a round, and the next round in the other order, so that neither what the
 * machine does beside it nor its getting warm favours one of them.
 */
export async function inTurns(
  ways: readonly Way[],
  warmUps = 1,
): Promise<ReadonlyMap<string, number[]>> {
  const results = new Map<string, number[]>(ways.map(({ name }) => [name, []]));
  for (let round = 1 - warmUps; round <= ROUNDS; round++) {
    for (const { name, round: measure } of round % 2 === 0 ? ways : ways.toReversed()) {
      const result = await measure();
      if (round > 0) results.get(name)?.push(result);
    }
  }
  return results;
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.round((sorted.length - 1) * share)] ?? Number.NaN;
  return { min: at(0), median: at(0.5), max: at(1) };
}

/** The ratio of two rows of rounds, each round by itself. */
export function ratioOf(figure: readonly number[], floor: readonly number[]): Spread {
  return spreadOf(figure.map((value, i) => value / (floor[i] ?? Number.NaN)));
}

/** Prints a row, and hands it to the run for its summary. */
export function report(row: Row): void {
  console.log(lineOf(row));
  process.send?.({ row });
}

export function lineOf(row: Row): string {
  const { name, unit, floor, figure, ratio } = row;
  return [
    `${name} (${unit})`,
    `  floor  ${shown(floor)}`,
    `  figure ${shown(figure)}`,
    `  ratio  ${shown(ratio)}${verdictOn(row)}`,
  ].join('\n');
}

export function isMet({ ratio, target }: Row): boolean {
  if (target === null) return true;
  return 'least' in target ? ratio.median >= target.least : ratio.median <= target.most;
}

function verdictOn(row: Row): string {
  const { target } = row;
  if (target === null) return '';
  const [word, limit] = 'least' in target ? ['least', target.least] : ['most', target.most];
  const by = Math.abs(row.ratio.median - limit).toFixed(2);
  return `, at ${word} ${limit}: ${isMet(row) ? 'met' : `MISSED by ${by}`}`;
}

function shown({ min, median, max }: Spread): string {
  return `${number(median)} (${number(min)} to ${number(max)})`;
}

function number(value: number): string {
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-US');
  return value.toFixed(value >= 10 ? 1 : 2);
}

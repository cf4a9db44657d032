import { beforeAll, beforeEach, vi } from 'vitest';
import type { Programme } from './programme.ts';

const LEVELS = ['info', 'warn', 'error'] as const;

/** A line of the log. */
export interface LogLine {
  readonly level: (typeof LEVELS)[number];
  readonly phrase: string;
  /** What the line says beside its phrase, `{ code: 'SIGNATURE_WRONG' }`. */
  readonly fields: unknown;
}

/** Who runs a programme, and sees of it only what the log and the metrics say. */
export interface Operator {
  /** The log since the story began, oldest first. */
  readonly lines: readonly LogLine[];
  /** The phrases of it that ask for attention. */
  warnings(): readonly string[];
  /** How often something was counted since the story began: `name{label="value"}`. */
  counted(metric: string): Promise<number>;
}

/** Puts an operator beside a programme, for all the stories of this file or group. */
export function useOperator(programme: Programme): Operator {
  const lines: LogLine[] = [];
  let before: ReadonlyMap<string, number> = new Map();
  beforeAll(() => {
    const { log } = programme.app.core;
    for (const level of LEVELS) {
      const write = log[level].bind(log);
      vi.spyOn(log, level).mockImplementation((fields: unknown, phrase = '') => {
        lines.push({ level, fields, phrase });
        write(fields, phrase);
      });
    }
  });
  beforeEach(async () => {
    lines.length = 0;
    before = await metricsOf(programme);
  });
  return {
    lines,
    warnings: () => lines.filter(({ level }) => level !== 'info').map(({ phrase }) => phrase),
    async counted(metric) {
      const now = await metricsOf(programme);
      return (now.get(metric) ?? 0) - (before.get(metric) ?? 0);
    },
  };
}

async function metricsOf(programme: Programme): Promise<ReadonlyMap<string, number>> {
  const { body } = await programme.app.http.inject('/metrics');
  const lines = body.matchAll(/^(\w+\{.*\}) (\d+)$/gm);
  return new Map(Array.from(lines, ([, metric = '', count]) => [metric, Number(count)]));
}

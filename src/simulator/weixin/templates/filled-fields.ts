import type { Card } from '../../world/transcript.ts';
import { ApiProblem } from '../api-problem.ts';
import { accepts, withoutEmoji } from './template-fields.ts';

/** What the platform has taken away from every message since 2023. */
const SILENT = ['first', 'remark'];

interface Named {
  readonly label: string;
  readonly key: string;
}

/**
 * The lines of a card. Fields are shortened by nobody: a wrong one refuses the message (reference 5.3).
 * @throws ApiProblem 47003
 */
export function filledFields(
  fields: readonly Named[],
  data: Readonly<Record<string, { readonly value: string }>>,
): Card['fields'] {
  const shown = fields.filter(({ key }) => !SILENT.includes(key));
  return shown.map(({ label, key }) => {
    const value = withoutEmoji(data[key]?.value ?? '');
    if (!accepts(key, value)) {
      throw new ApiProblem(47003, `argument invalid! data.${key}.value invalid`);
    }
    return { label, value };
  });
}

/** A card in words, for who cannot see it. */
export function textOf({ title, fields }: Card): string {
  return [title, ...fields.map(({ label, value }) => `${label}：${value}`)].join('\n');
}

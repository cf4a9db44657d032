import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { templatePath } from '../kernel/template-path.ts';
import type { Language } from './facts.ts';

/** Every text of one language by its dotted key. @throws when the file is missing or is no YAML */
export function readWords(language: Language): ReadonlyMap<string, string> {
  const file = templatePath(`messages/${language}.yml`);
  return new Map(flattened('', parse(readFileSync(file, 'utf8'))));
}

/** Maps within maps become dotted keys. What is no text is kept as an empty one, and complained of. */
function flattened(prefix: string, node: unknown): [string, string][] {
  if (typeof node === 'string') return [[prefix, node]];
  if (typeof node !== 'object' || node === null) return [[prefix, '']];
  return Object.entries(node).flatMap(([name, child]) =>
    flattened(prefix ? `${prefix}.${name}` : name, child),
  );
}

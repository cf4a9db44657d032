import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';

const FOLDERS = ['.ci', 'bench', 'docker', 'docs', 'scripts', 'src', 'templates', 'tests'];
const TEXTS = new Set(
  '.css .grit .js .json .md .mjs .py .svg .ts .tsx .txt .yaml .yml'.split(' ').concat(''),
);

/** The files of the repository that hold text, as paths from its root; the lockfile is none to read. */
export function textFiles(): readonly string[] {
  const roots = readdirSync('.', { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);
  const nested = FOLDERS.flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name)),
  );
  return [...roots, ...nested].filter(isText).toSorted();
}

/** The files of the source that ship, tests left out, with what is in them. */
export function sources(): readonly { readonly path: string; readonly text: string }[] {
  return textFiles()
    .filter((path) => /^src\/.*\.tsx?$/.test(path) && !/\.test\.tsx?$/.test(path))
    .map((path) => ({ path, text: readFileSync(path, 'utf8') }));
}

function isText(path: string): boolean {
  const isMade = path === 'package-lock.json' || path === '.env' || path.includes('__pycache__');
  return !isMade && TEXTS.has(extname(path));
}

import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** Inside the checkout, so that packages are found; never committed. Two runs do not share it. */
const BUILT = join(ROOT, `bench/results/built-${process.pid}`);
const COMPILED = ['src', 'templates', 'bench'];
const COPIED = ['templates/messages', 'templates/notices', 'templates/assets'];

/**
 * Compiles the service and the benches as the build compiles the service, without checking types, and
 * gives the folder. What runs TypeScript directly wraps functions and keeps threads of its own, and
 * both would be measured.
 */
export function build(): string {
  process.once('exit', () => rmSync(BUILT, { recursive: true, force: true }));
  for (const folder of COMPILED) compileAll(folder, optionsOf());
  for (const folder of COPIED) cpSync(join(ROOT, folder), join(BUILT, folder), { recursive: true });
  return join(BUILT, 'bench');
}

function optionsOf(): ts.CompilerOptions {
  const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, ROOT);
  return { ...options, module: ts.ModuleKind.ESNext };
}

function compileAll(folder: string, compilerOptions: ts.CompilerOptions): void {
  const names = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' });
  for (const name of names.filter(isSource)) {
    const fileName = join(folder, name);
    const source = readFileSync(join(ROOT, fileName), 'utf8');
    const { outputText } = ts.transpileModule(source, { fileName, compilerOptions });
    const target = join(BUILT, fileName.replace(/\.tsx?$/, '.js'));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, outputText);
  }
}

function isSource(name: string): boolean {
  return /\.tsx?$/.test(name) && !/\.(test|d)\.tsx?$/.test(name);
}

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import staticFiles from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { templatePath } from '../kernel/template-path.ts';

/** The address of a static file by its plain name, hashed once it was built. */
export type AssetOf = (name: string) => string;

const YEAR_MS = 365 * 86_400_000;

/** What the build wrote: plain name to hashed name. From source there is none, and names stay plain. */
export function assetNames(): AssetOf {
  const names = manifest();
  return (name) => `/assets/${names[name] ?? name}`;
}

/** Serves /assets; a name that carries its hash may be kept for a year. */
export async function assetRoutes(app: FastifyInstance): Promise<void> {
  const hashed = Object.keys(manifest()).length > 0;
  await app.register(staticFiles, {
    root: hashed ? templatePath('assets') : [templatePath('assets'), weuiFolder()],
    prefix: '/assets/',
    index: false,
    decorateReply: false,
    immutable: hashed,
    maxAge: hashed ? YEAR_MS : 0,
  });
}

/** The build copies WeUI among our own files; from source it is served where npm put it. */
function weuiFolder(): string {
  const require = createRequire(import.meta.url);
  return dirname(require.resolve('weui/dist/style/weui.min.css'));
}

function manifest(): Readonly<Record<string, string>> {
  try {
    return JSON.parse(readFileSync(templatePath('assets-manifest.json'), 'utf8'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
    throw error;
  }
}

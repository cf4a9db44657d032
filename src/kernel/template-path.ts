import { fileURLToPath } from 'node:url';

/** The folder that holds `src` and `templates`: the checkout, or `dist` once built. */
const root = new URL('../../', import.meta.url);

/** Where a file of `templates` lies, from source and from the built output alike. */
export function templatePath(name: string): string {
  return fileURLToPath(new URL(`templates/${name}`, root));
}

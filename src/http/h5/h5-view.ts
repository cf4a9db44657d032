import type { FastifyRequest } from 'fastify';
import type { PageView } from '../../../templates/h5/page.tsx';
import type * as wording from '../../wording/index.ts';
import type { AssetOf } from '../assets.ts';
import type { Frames } from '../show.ts';

export interface H5Options {
  readonly catalogue: wording.Catalogue;
  readonly asset: AssetOf;
  readonly frames: Frames;
  /** Signs the links of the chat. */
  readonly sessionSecret: string;
}

/** What the pages for followers are shown with, in the language their browser asks for. */
export function viewOf(
  request: FastifyRequest,
  { catalogue, asset }: H5Options,
): PageView & { readonly say: wording.Say } {
  const wanted = request.headers['accept-language'] ?? '';
  const language = /^\s*en\b/i.test(wanted) ? 'en' : 'zh-CN';
  return { language, asset, say: catalogue.say(language) };
}

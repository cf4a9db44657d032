import { cleaned } from '../clean-text.ts';
import { requireValid } from './require-valid.ts';

/**
 * What a mass message shows (reference 5.6). `wxcard` is refused by the platform (45113) and is not
 * here. A draft's `mediaId` dies with a successful send; that of `mpvideo` is made by `prepareVideo`.
 */
export type MassContent =
  | { readonly type: 'mpnews'; readonly mediaId: string }
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'voice'; readonly mediaId: string }
  | {
      readonly type: 'image';
      /** At least one; a preview shows the first. */
      readonly mediaIds: readonly string[];
      readonly recommendation?: string;
      readonly comments?: 'everybody' | 'followers';
    }
  | {
      readonly type: 'mpvideo';
      readonly mediaId: string;
      readonly title?: string;
      readonly description?: string;
    };

/** `msgtype` and its branch as they are sent. @throws DomainError MASS_INVALID */
export function contentJson(content: MassContent): Record<string, unknown> {
  switch (content.type) {
    case 'text': {
      requireValid(cleaned(content.text).trim() !== '', 'MASS_INVALID', 'a text has characters');
      return { msgtype: 'text', text: { content: content.text } };
    }
    case 'image':
      return { msgtype: 'image', images: imagesJson(content) };
    case 'mpvideo': {
      const { type, mediaId, title, description } = content;
      return { msgtype: type, mpvideo: { ...mediaJson(mediaId), title, description } };
    }
    case 'mpnews':
    case 'voice':
      return { msgtype: content.type, [content.type]: mediaJson(content.mediaId) };
  }
}

/** The same for a preview, which takes one image. @throws DomainError MASS_INVALID */
export function previewJson(content: MassContent): Record<string, unknown> {
  if (content.type !== 'image') return contentJson(content);
  return { msgtype: 'image', image: mediaJson(content.mediaIds[0] ?? '') };
}

function imagesJson({ mediaIds, recommendation, comments }: MassContent & { type: 'image' }) {
  requireValid(mediaIds.length > 0, 'MASS_INVALID', 'an image message has images');
  return {
    media_ids: mediaIds.map((mediaId) => mediaJson(mediaId).media_id),
    recommend: recommendation,
    ...(comments && {
      need_open_comment: 1,
      only_fans_can_comment: comments === 'followers' ? 1 : 0,
    }),
  };
}

function mediaJson(mediaId: string) {
  requireValid(mediaId !== '', 'MASS_INVALID', 'a media id is not empty');
  return { media_id: mediaId };
}

import { eventContent } from './event-content.ts';
import { numberOf, textOf, textOrNull, type XmlFields } from './field.ts';
import type { Content } from './message.ts';

/** Reads what a push says from its fields; never refuses a field that is missing or odd. */
export function contentOf(fields: XmlFields): Content {
  const name = textOf(fields, 'MsgType').trim();
  if (name === 'text') {
    return {
      type: 'text',
      text: textOf(fields, 'Content'),
      menuToken: textOrNull(fields, 'bizmsgmenuid'),
    };
  }
  if (name === 'event') return eventContent(fields);
  return MESSAGES.get(name)?.(fields) ?? { type: 'unknown', name };
}

const MESSAGES = new Map<string, (fields: XmlFields) => Content>([
  [
    'image',
    (fields) => ({
      type: 'image',
      mediaId: textOf(fields, 'MediaId'),
      picUrl: textOf(fields, 'PicUrl'),
    }),
  ],
  [
    'voice',
    (fields) => ({
      type: 'voice',
      mediaId: textOf(fields, 'MediaId'),
      format: textOf(fields, 'Format'),
      mediaId16K: textOrNull(fields, 'MediaId16K'),
      recognition: textOrNull(fields, 'Recognition'),
    }),
  ],
  ['video', (fields) => video('video', fields)],
  ['shortvideo', (fields) => video('shortvideo', fields)],
  [
    'location',
    (fields) => ({
      type: 'location',
      latitude: numberOf(fields, 'Location_X'),
      longitude: numberOf(fields, 'Location_Y'),
      scale: numberOf(fields, 'Scale'),
      label: textOf(fields, 'Label'),
    }),
  ],
  [
    'link',
    (fields) => ({
      type: 'link',
      title: textOf(fields, 'Title'),
      description: textOf(fields, 'Description'),
      url: textOf(fields, 'Url'),
    }),
  ],
]);

function video(type: 'video' | 'shortvideo', fields: XmlFields): Content {
  const mediaId = textOf(fields, 'MediaId');
  return { type, mediaId, thumbMediaId: textOf(fields, 'ThumbMediaId') };
}

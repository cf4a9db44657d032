import { type MiniProgramPage, miniProgramJson } from './filled-template.ts';
import { requireValid } from './require-valid.ts';

const INVALID = 'SUBSCRIPTION_INVALID';
const TITLE_CHARACTERS = 15;
const TEXT_CHARACTERS = 200;

/** The one message that a one-time subscription allows (reference 5.4). */
export interface OneTimeMessage {
  readonly openId: string;
  readonly templateId: string;
  /** The scene under which they agreed. */
  readonly scene: number;
  /** At most 15 characters. */
  readonly title: string;
  /** At most 200 characters. */
  readonly text: string;
  /** `#RRGGBB` of the text. */
  readonly color?: string;
  readonly url?: string;
  readonly miniProgram?: MiniProgramPage;
}

/** @throws DomainError SUBSCRIPTION_INVALID */
export function oneTimeMessageJson(message: OneTimeMessage) {
  const { openId, templateId, scene, title, text, color, url, miniProgram } = message;
  requireValid([...title].length <= TITLE_CHARACTERS, INVALID, 'a title has at most 15 characters');
  requireValid([...text].length <= TEXT_CHARACTERS, INVALID, 'a text has at most 200 characters');
  return {
    touser: openId,
    template_id: templateId,
    ...(url === undefined ? {} : { url }),
    ...miniProgramJson(miniProgram),
    scene: String(scene),
    title,
    data: { content: { value: text, ...(color === undefined ? {} : { color }) } },
  };
}

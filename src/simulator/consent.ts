import { eventPush } from './line/pushes.ts';
import { type Told, tell } from './line/tell.ts';
import type { Field } from './line/xml.ts';
import type { Platform } from './platform.ts';
import { speaker } from './world/people.ts';

/** A follower's answer about notices of some templates (reference 5.4). */
export interface ConsentAct {
  readonly openId: string;
  readonly templateIds: readonly string[];
  readonly answer: 'accept' | 'reject';
  /** `popup`: asked on a page. `settings`: taken back in WeChat, which is only told for `reject`. */
  readonly where: 'popup' | 'settings';
}

/** Answers a question for consent, or takes one back. @throws NOT_FOLLOWING */
export async function consent(platform: Platform, act: ConsentAct): Promise<Told> {
  const { world, words } = platform;
  const { openId, templateIds, answer, where } = act;
  speaker(world, openId);
  for (const id of templateIds) note(platform, `${openId} ${id}`, act);
  const isPopup = where === 'popup';
  const list: Field[] = templateIds.map((id) => ['List', itemOf(id, act)]);
  const container = isPopup ? 'SubscribeMsgPopupEvent' : 'SubscribeMsgChangeEvent';
  const event = isPopup ? 'subscribe_msg_popup_event' : 'subscribe_msg_change_event';
  const push = eventPush(world, { openId, event, fields: [[container, list]] });
  const text = words(`simulator.did.${answer}`);
  return tell(platform, push, { text, via: 'event', failureShows: false });
}

/** One more message for each consent; in the settings everything is taken back. */
function note({ world: { state } }: Platform, key: string, { answer, where }: ConsentAct): void {
  if (answer === 'accept') state.consents[key] = (state.consents[key] ?? 0) + 1;
  else if (where === 'settings') delete state.consents[key];
}

function itemOf(templateId: string, { answer, where }: ConsentAct): Field[] {
  const scene: Field[] = where === 'popup' ? [['PopupScene', '1']] : [];
  return [['TemplateId', templateId], ['SubscribeStatusString', answer], ...scene];
}

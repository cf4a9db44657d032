import * as members from '../../loyalty/members/index.ts';
import type { Feature } from '../feature.ts';

/** Asks how it is, and changes nothing. */
const HOW_WORD = '消息设置';
/** The words that ask for silence; the others of this intent ask to be told. */
const OFF_WORDS = ['免打扰', '退订', '关闭提醒', '撤回同意', '别发了'];

export const notifySettingsFeature: Feature = {
  intent: 'notify_settings',

  async reply({ ctx, member, message, understood, say, remindOfCheckIn }) {
    if (OFF_WORDS.includes(understood.word)) {
      await members.switchNotices(ctx, member._id, 'off');
      return say('reminder.off');
    }
    const wasOff = member.notices === 'off';
    // A tap on the menu asks how it is as well, but it is a way back, too.
    const asksHow = understood.word === HOW_WORD || (message.content.type === 'click' && !wasOff);
    if (asksHow) return say(wasOff ? 'reminder.off' : 'reminder.already');
    await members.switchNotices(ctx, member._id, 'on');
    if (wasOff) return say('reminder.on');
    return say('reminder.checkin', { at: await remindOfCheckIn(ctx, member._id) });
  },
};

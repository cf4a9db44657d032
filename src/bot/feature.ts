import type { Reply } from '../wechat/index.ts';
import type { Turn } from './turn.ts';
import type { Intent } from './understand/index.ts';

/** What the bot does about one intent. Its words and menu key are in `understand/commands.ts`. */
export interface Feature {
  readonly intent: Intent;
  /** It takes nothing before it has asked, so it may run however sure the understanding is. */
  readonly asksItself?: true;
  readonly reply: (turn: Turn) => Promise<Reply>;
}

import { z } from 'zod';
import type { Caller } from './caller.ts';
import { requireValid } from './require-valid.ts';

const CHARACTERS_MAX = 2500;
/** Where the text will stand: the platform is stricter with what more people see. */
const SCENES = { profile: 1, comment: 2, forum: 3, social: 4 } as const;

/** What the platform thinks of a text. `review`: a person has to look at it. */
export interface ContentOpinion {
  readonly suggestion: 'pass' | 'review' | 'risky';
  /** Its number for the reason, 100 for none. */
  readonly label: number;
}

/**
 * Looks at what members wrote before others see it. The call belongs to mini programs; whether an
 * account may use it is told by 48001, and who may not has to look for themselves. It is not part of
 * the reference and was never seen to answer for an Official Account.
 * @throws WechatError, RemoteError, DomainError CONTENT_INVALID
 */
export interface SecurityChecks {
  text(check: {
    readonly openId: string;
    readonly text: string;
    readonly where: keyof typeof SCENES;
  }): Promise<ContentOpinion>;
}

const answer = z.object({
  result: z.object({ suggest: z.enum(['pass', 'review', 'risky']), label: z.number() }),
});

/** Makes the calls that judge content. */
export function securityChecks(caller: Caller): SecurityChecks {
  return {
    async text({ openId, text, where }) {
      const { length } = [...text];
      const message = `a text to check has 1 to ${CHARACTERS_MAX} characters`;
      requireValid(length >= 1 && length <= CHARACTERS_MAX, 'CONTENT_INVALID', message);
      const json = { version: 2, openid: openId, scene: SCENES[where], content: text };
      const path = 'wxa/msg_sec_check';
      const { result } = await caller.call({ path, json, answer, repeatable: true });
      return { suggestion: result.suggest, label: result.label };
    },
  };
}

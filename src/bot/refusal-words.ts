import type { Context } from '../kernel/context.ts';
import { DomainError } from '../kernel/errors.ts';
import { isUnavailable, OUTCOME_UNKNOWN } from '../platform/failures.ts';
import type { Reply } from '../wechat/index.ts';
import type { Catalogue, Language } from '../wording/index.ts';
import { newSupportCode } from './support-code.ts';

/** What is said when something was refused, failed, or takes its time. */
export interface RefusalWords {
  /** No answer came in time, and nothing gives a sign of life: what was begun may still be done. */
  unsure(): Reply;
  slow(): Reply;
  /** The words of a refusal by its code; a failure gets a support code, which finds the log line. */
  refusal(error: unknown, ctx: Context): Reply;
}

export function refusalWords(catalogue: Catalogue, language: Language): RefusalWords {
  const say = catalogue.say(language);
  const text = (said: string): Reply => ({ type: 'text', text: said });
  return {
    unsure: () => text(say('err.outcome_unknown')),
    slow: () => text(say('slow.accepted')),
    refusal(error, ctx) {
      if (isUnavailable(error)) {
        const key = isUnchanged(error) ? 'err.busy' : 'err.outcome_unknown';
        ctx.log.warn({ err: error, cause: ctx.cause }, `answered ${key}`);
        return text(say(key));
      }
      const supportCode = newSupportCode();
      if (error instanceof DomainError) {
        const details = { code: supportCode, ...error.details };
        const said = catalogue.sayRefusal(language, { code: error.code, details });
        ctx.log.info({ code: error.code, supportCode, cause: ctx.cause }, 'message refused');
        if (said !== null) return text(said);
      }
      ctx.log.error({ err: error, supportCode, cause: ctx.cause }, 'message failed');
      return text(say('err.generic', { code: supportCode }));
    },
  };
}

/**
 * Whether nothing was written, for certain. A driver that reaches nobody is no proof: an earlier delivery
 * of the same message may have been carried out by a process that died before it could answer.
 */
function isUnchanged(error: unknown): boolean {
  return error instanceof DomainError && error.code !== OUTCOME_UNKNOWN;
}

import type { Context } from '../kernel/context.ts';
import { DomainError } from '../kernel/errors.ts';
import { isUnavailable } from '../platform/failures.ts';
import type { Reply } from '../wechat/index.ts';
import type { Catalogue, Language } from '../wording/index.ts';
import { newSupportCode } from './support-code.ts';

/** What is said when something was refused, failed, or takes its time. */
export interface RefusalWords {
  busy(): Reply;
  slow(): Reply;
  /** The words of a refusal by its code; a failure gets a support code, which finds the log line. */
  refusal(error: unknown, ctx: Context): Reply;
}

export function refusalWords(catalogue: Catalogue, language: Language): RefusalWords {
  const say = catalogue.say(language);
  const text = (said: string): Reply => ({ type: 'text', text: said });
  return {
    busy: () => text(say('err.busy')),
    slow: () => text(say('slow.accepted')),
    refusal(error, ctx) {
      if (isUnavailable(error)) {
        ctx.log.warn({ err: error, cause: ctx.cause }, 'answered busy');
        return text(say('err.busy'));
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

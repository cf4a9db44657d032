import type { FastifyInstance } from 'fastify';
import { MessagePage } from '../../../templates/h5/message-page.tsx';
import { DomainError } from '../../kernel/errors.ts';
import { problemOf } from '../problem.ts';
import { show } from '../show.ts';
import { type H5Options, viewOf } from './h5-view.ts';

/** What a follower sees when a page fails: words, and the code that finds the log line. */
export function h5Errors(routes: FastifyInstance, options: H5Options): void {
  routes.setNotFoundHandler(() => {
    throw pageNotFound();
  });
  routes.setErrorHandler((error, request, reply) => {
    const { status, code, requestId } = problemOf(error, request.id);
    if (status >= 500) request.ctx.log.error({ err: error, requestId, code }, 'page failed');
    const view = viewOf(request, options);
    const kind = status === 404 ? 'not_found' : 'failed';
    const text =
      kind === 'not_found'
        ? view.say('h5.error.not_found.text')
        : view.say('h5.error.failed.text', { code: requestId });
    const title = view.say(`h5.error.${kind}.title`);
    return show(
      reply.code(status),
      <MessagePage view={view} title={title} text={text} />,
      options.frames,
    );
  });
}

function pageNotFound(): DomainError {
  const message = 'there is no such page';
  return new DomainError({ kind: 'not-found', code: 'PAGE_NOT_FOUND', message });
}

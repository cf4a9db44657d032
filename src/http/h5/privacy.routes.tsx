import type { FastifyInstance } from 'fastify';
import { SectionsPage } from '../../../templates/h5/sections-page.tsx';
import * as settings from '../../loyalty/settings/index.ts';
import { show } from '../show.ts';
import { type H5Options, viewOf } from './h5-view.ts';

/** /h5/privacy: what is kept of a member, why, for how long, and what they can do about it. */
export async function privacyRoutes(routes: FastifyInstance, options: H5Options): Promise<void> {
  routes.get('/privacy', async (request, reply) => {
    const view = viewOf(request, options);
    const { say } = view;
    const { privacyVersion } = await settings.read(request.ctx, 'programme');
    const what = (['account', 'address', 'messages'] as const).map((line) =>
      say(`h5.privacy.what.${line}`),
    );
    const others = (['why', 'keep', 'leave', 'choice'] as const).map((part) => ({
      title: say(`h5.privacy.${part}.title`),
      lines: [say(`h5.privacy.${part}.text`)],
    }));
    const page = (
      <SectionsPage
        view={view}
        title={say('h5.privacy.title')}
        intro={say('h5.privacy.version', { version: privacyVersion })}
        sections={[{ title: say('h5.privacy.what.title'), lines: what }, ...others]}
        link={{ href: '/h5/rules', label: say('h5.rules.title') }}
      />
    );
    return show(reply, page, options.frames);
  });
}

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import {
  ADDRESS_FIELDS,
  type AddressField,
  AddressPage,
} from '../../../templates/h5/address-page.tsx';
import { MessagePage } from '../../../templates/h5/message-page.tsx';
import { isId, type MemberId } from '../../kernel/ids.ts';
import * as members from '../../loyalty/members/index.ts';
import * as tasks from '../../loyalty/tasks/index.ts';
import { openToken } from '../../platform/signed-token.ts';
import type { MessageKey } from '../../wording/index.ts';
import { show } from '../show.ts';
import { type H5Options, viewOf } from './h5-view.ts';

const text = (max: number) =>
  z.string().trim().min(1, 'problem.required').max(max, 'problem.too_long');

const AddressForm = z.object({
  name: text(30),
  phone: text(20).regex(/^\+?\d[\d -]{5,18}\d$/, 'problem.phone'),
  province: text(30),
  city: text(30),
  district: text(30),
  detail: text(120),
});

type Values = Readonly<Record<AddressField, string>>;
type ProblemKey = Extract<MessageKey, `problem.${string}`>;
type Asked = { Querystring: { t?: string } };

/** /h5/address: a member writes down where rewards are sent, by a link from the chat. */
export async function addressRoutes(routes: FastifyInstance, options: H5Options): Promise<void> {
  routes.get<Asked>('/address', async (request, reply) => {
    const memberId = memberOf(request, options);
    if (!memberId) return expired(request, reply, options);
    const kept = await members.addressOf(request.ctx, memberId);
    const page = <AddressPage {...shown(request, options)} values={kept ?? EMPTY} />;
    return show(reply, page, options.frames);
  });

  routes.post<Asked>('/address', async (request, reply) => {
    const memberId = memberOf(request, options);
    if (!memberId) return expired(request, reply, options);
    const form = AddressForm.safeParse(request.body);
    if (!form.success) {
      const { say } = viewOf(request, options);
      const problems: Partial<Record<AddressField, string>> = {};
      for (const { path, message } of form.error.issues) {
        problems[path[0] as AddressField] ??= say(problemKey(message));
      }
      const values = valuesOf(request.body);
      const page = <AddressPage {...shown(request, options)} values={values} problems={problems} />;
      return show(reply.code(422), page, options.frames);
    }
    await members.setAddress(request.ctx, memberId, form.data);
    await tasks.completeKind(request.ctx, memberId, 'profile');
    return reply.redirect('/h5/address/saved', 303);
  });

  routes.get('/address/saved', async (request, reply) => {
    const view = viewOf(request, options);
    const title = view.say('h5.address.saved.title');
    const saved = view.say('h5.address.saved.text');
    return show(reply, <MessagePage view={view} title={title} text={saved} />, options.frames);
  });
}

const EMPTY: Values = { name: '', phone: '', province: '', city: '', district: '', detail: '' };

function shown(request: FastifyRequest<Asked>, options: H5Options) {
  return { view: viewOf(request, options), token: tokenOf(request) };
}

/** Whose address the link is about; null when it is over, or was never ours. */
function memberOf(request: FastifyRequest<Asked>, { sessionSecret }: H5Options): MemberId | null {
  const { now } = request.ctx;
  const subject = openToken(sessionSecret, { token: tokenOf(request), purpose: 'address', now });
  return subject !== null && isId('mem', subject) ? subject : null;
}

function tokenOf({ query }: FastifyRequest<Asked>): string {
  return typeof query.t === 'string' ? query.t : '';
}

function expired(request: FastifyRequest, reply: FastifyReply, options: H5Options): unknown {
  const view = viewOf(request, options);
  const title = view.say('h5.link.expired.title');
  const page = <MessagePage view={view} title={title} text={view.say('h5.link.expired.text')} />;
  return show(reply.code(403), page, options.frames);
}

function problemKey(message: string): ProblemKey {
  const known: readonly ProblemKey[] = ['problem.phone', 'problem.too_long'];
  return known.find((key) => key === message) ?? 'problem.required';
}

/** What was written, so that nobody has to write it again. */
function valuesOf(body: unknown): Values {
  const given: Readonly<Record<string, unknown>> = Object(body);
  const fields = ADDRESS_FIELDS.map((field) => {
    const value = given[field];
    return [field, typeof value === 'string' ? value.slice(0, 200) : ''] as const;
  });
  return Object.fromEntries(fields) as Values;
}

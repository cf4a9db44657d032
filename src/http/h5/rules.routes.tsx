import type { FastifyInstance } from 'fastify';
import { type Section, SectionsPage } from '../../../templates/h5/sections-page.tsx';
import type { Context } from '../../kernel/context.ts';
import * as mall from '../../loyalty/mall/index.ts';
import * as rules from '../../loyalty/rules/index.ts';
import * as settings from '../../loyalty/settings/index.ts';
import * as tasks from '../../loyalty/tasks/index.ts';
import type { Say } from '../../wording/index.ts';
import { show } from '../show.ts';
import { type H5Options, viewOf } from './h5-view.ts';

/** /h5/rules: how points are earned, kept and used, as the ruleset in force says it. */
export async function rulesRoutes(routes: FastifyInstance, options: H5Options): Promise<void> {
  routes.get('/rules', async (request, reply) => {
    const { ctx } = request;
    const view = viewOf(request, options);
    const { say } = view;
    const ladder = rules.ladderOf(await rules.current(ctx));
    const programme = (await settings.read(ctx, 'programme')).name;
    const sections = [
      { title: say('h5.rules.earn.title'), lines: await earning(ctx, ladder, say) },
      { title: say('h5.rules.expiry.title'), lines: await expiry(ctx, ladder, say) },
      { title: say('h5.rules.redeem.title'), lines: await redeeming(ctx, say) },
      { title: say('h5.rules.leave.title'), lines: [leaving(ladder, say)] },
    ];
    const page = (
      <SectionsPage
        view={view}
        title={say('h5.rules.title')}
        intro={say('h5.rules.intro', { programme })}
        sections={sections}
        note={say('h5.rules.version', { version: ladder.ruleVersion })}
        link={{ href: '/h5/privacy', label: say('h5.privacy.title') }}
      />
    );
    return show(reply, page, options.frames);
  });
}

type Lines = Section['lines'];

async function earning(ctx: Context, ladder: rules.Ladder, say: Say): Promise<Lines> {
  const yuan = (fen: number) => fen / 100;
  const { checkinPoints, milestones, thenEvery, fenPerPoint, largeOrder, categories } = ladder;
  const [points = 0] = checkinPoints;
  const offered = await tasks.offeredTasks(ctx);
  return [
    checkinPoints.length > 1
      ? say('h5.rules.earn.rising', { points: checkinPoints.join(' → ') })
      : say('h5.rules.earn.daily', { points }),
    ...milestones.map((milestone) => say('h5.rules.earn.milestone', milestone)),
    milestones.length > 0
      ? say('h5.rules.earn.then_every', thenEvery)
      : say('h5.rules.earn.every', thenEvery),
    say('h5.rules.earn.purchase', { yuan: yuan(fenPerPoint), points: 1 }),
    ...(largeOrder
      ? [say('h5.rules.earn.large', { yuan: yuan(largeOrder.fromFen), points: largeOrder.points })]
      : []),
    ...categories.map(({ category, basisPoints }) =>
      say('h5.rules.earn.category', { category, times: String(basisPoints / 10_000) }),
    ),
    ...offered
      .filter((task) => task.points > 0)
      .map(({ title, points: earned }) => say('h5.rules.earn.task', { title, points: earned })),
  ];
}

async function expiry(ctx: Context, { validity }: rules.Ladder, say: Say): Promise<Lines> {
  const { expiring } = await settings.read(ctx, 'notices');
  const kept = say('h5.rules.expiry.kept');
  if (validity.kind === 'never') return [say('h5.rules.expiry.never'), kept];
  return [
    validity.kind === 'months'
      ? say('h5.rules.expiry.months', { months: validity.months })
      : say('h5.rules.expiry.year_end', { days: validity.leastDays }),
    say('h5.rules.expiry.first'),
    say('h5.rules.expiry.notice', { days: expiring.daysAhead }),
    kept,
  ];
}

function leaving({ validity }: rules.Ladder, say: Say): string {
  return validity.kind === 'never' ? say('h5.rules.leave.never') : say('h5.rules.leave.text');
}

async function redeeming(ctx: Context, say: Say): Promise<Lines> {
  const { ttlMinutes } = await settings.read(ctx, 'confirm');
  const rewards = await mall.listRewards(ctx);
  return [
    ...rewards.map((reward) => offered(reward, say)),
    say('h5.rules.redeem.confirm', { minutes: ttlMinutes }),
    say('h5.rules.redeem.stock'),
    say('h5.rules.redeem.shipping'),
  ];
}

function offered({ name, pricePoints, left, description }: mall.OfferedReward, say: Say): string {
  const reward = { name, points: pricePoints };
  const line =
    left > 0
      ? say('h5.rules.redeem.reward', { ...reward, left })
      : say('h5.rules.redeem.gone', reward);
  return description === '' ? line : `${line} ${description}`;
}

/** The floor of the check-in: a route written by hand, with the bare driver and no rules at all. */
import type { AddressInfo } from 'node:net';
import Fastify from 'fastify';
import type { mongo } from 'mongoose';
import type { Account } from '../src/loyalty/ledger/account.model.ts';
import type { Member } from '../src/loyalty/members/member.model.ts';
import { connectMongo, database } from '../src/platform/mongo.ts';
import { clock } from './clock.ts';
import { cannedCheckIn, sampleAccount } from './sample-account.ts';
import { serve } from './server-process.ts';

await connectMongo({ uri: process.env.MONGODB_URI ?? '' });
const members = database().collection<Member>('floor_members');
const accounts = database().collection<Account>('floor_accounts');
for (const field of ['openIdHash', 'memberNo']) {
  await members.createIndex({ [field]: 1 }, { unique: true });
}
await accounts.createIndex({ dueAt: 1 });

/** Documents as the service writes them for a new follower. */
const model = {
  member: (await database().collection<Member>('members').findOne({})) as Member,
  account: (await database().collection<Account>('accounts').findOne({})) as Account,
};
const { patch, entry } = cannedCheckIn(sampleAccount(clock()), clock());
const ANSWER =
  '<xml><ToUserName><![CDATA[o_bench]]></ToUserName><FromUserName><![CDATA[gh_000000000000]]></FromUserName><CreateTime>1779000000</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[签到成功，+10 分，余额 10 分。]]></Content></xml>';
let numbers = 0;

const app = Fastify();
app.removeAllContentTypeParsers();
app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
app.post<{ Body: string }>('/wechat', async ({ body }, reply) => {
  const openId = /<FromUserName><!\[CDATA\[(.*?)\]\]>/.exec(body)?.[1] ?? '';
  const openIdHash = openId.padEnd(43, '_');
  const member = (await members.findOne({ openIdHash })) ?? (await enrolled(openId, openIdHash));
  const account = await accounts.findOne({ _id: member._id });
  if (account) await update(account);
  else await accounts.insertOne({ ...model.account, _id: member._id });
  return reply.type('text/xml; charset=utf-8').send(ANSWER);
});
await app.listen({ port: 0, host: '127.0.0.1' });
serve((app.server.address() as AddressInfo).port, () => 'done');

async function enrolled(openId: string, openIdHash: string): Promise<Member> {
  const number = String(++numbers);
  const _id = `mem_${number.padStart(26, '0')}` as const;
  const member = { ...model.member, _id, openId, openIdHash, memberNo: `M${number}` };
  await members.insertOne(member);
  return member;
}

async function update({ _id, version }: Account): Promise<void> {
  const change = {
    $set: { ...patch.$set, version: version + 1 },
    $push: { ...patch.$push, outbox: { $each: [entry], $slice: -1 } },
  };
  await accounts.updateOne({ _id, version }, change as mongo.UpdateFilter<Account>);
}

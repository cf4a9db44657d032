/** The servers of the webhook bench, each in a process of its own: `service`, `floor`, `co-wechat`, `co-wechat-alone`. */
import { mkdtempSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import coWechat from 'co-wechat';
import Fastify, { type FastifyInstance } from 'fastify';
import Koa from 'koa';
import * as bot from '../src/bot/index.ts';
import * as http from '../src/http/index.ts';
import { contextAt } from '../src/kernel/context.ts';
import { useDataKey } from '../src/platform/data-key.ts';
import { localKeyValue } from '../src/platform/local-key-value.ts';
import type { AccountKeys, InboundMessage, Reply } from '../src/wechat/index.ts';
import { loadCatalogue } from '../src/wording/index.ts';
import { clock, silent as log } from './clock.ts';
import { ACCOUNT, DATA_KEY } from './pushes.ts';
import { serve } from './server-process.ts';

const [kind = 'service', mode = 'plain'] = process.argv.slice(2);

async function start(): Promise<number> {
  if (kind.startsWith('co-wechat')) return theirs();
  return listening(kind === 'floor' ? floor() : await service());
}

/** All of the service that answers HTTP; behind the webhook stands an echo instead of the bot. */
function service(): Promise<FastifyInstance> {
  useDataKey(DATA_KEY);
  const file = join(mkdtempSync(join(tmpdir(), 'jifenwu-bench-')), 'key-value.jsonl');
  const keyValue = localKeyValue({ file, clock, log });
  const catalogue = loadCatalogue();
  const nowhere = () => '';
  const talk = bot.createAnswer({
    keyValue,
    catalogue,
    links: { address: nowhere, rules: nowhere, privacy: nowhere },
    lateMessage: async () => {},
    onTemplateResult: async () => {},
    onContact: async () => {},
    onSubscriptions: async () => {},
    onSubscriptionSent: async () => {},
    onTelling: async () => new Set(),
    remindOfCheckIn: async (ctx) => ctx.now,
    answer: echo,
  });
  const actor = { type: 'system', id: 'service' } as const;
  const keys: AccountKeys = {
    appId: ACCOUNT.appId,
    token: ACCOUNT.token,
    mode: mode === 'safe' ? 'safe' : 'plain',
    aesKey: mode === 'safe' ? ACCOUNT.aesKey : null,
    previousAesKey: null,
    toleranceSeconds: 300,
  };
  return http.buildHttp({
    clock,
    log,
    trustProxy: [],
    keyValue,
    webhook: {
      keys,
      answer: (message) =>
        talk.answerOnce(message, contextAt({ now: clock(), actor, cause: 'message', log })),
    },
    h5: { catalogue, asset: http.assetNames(), frames: 'none', sessionSecret: 'b'.repeat(32) },
    health: { checks: {}, stopping: () => false, metricsToken: null },
    simulator: null,
  });
}

async function echo({ content }: InboundMessage): Promise<Reply> {
  return { type: 'text', text: content.type === 'text' ? content.text : '' };
}

/** The least that a Fastify route can do with the same request: read the body, answer a constant. */
function floor(): FastifyInstance {
  const answer = mode === 'plain' ? PLAIN_ANSWER : safeAnswer();
  const app = Fastify();
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.post('/wechat', async (_request, reply) => reply.type(XML).send(answer));
  return app;
}

const XML = 'text/xml; charset=utf-8';
/** Of the size of what the service answers. */
const PLAIN_ANSWER =
  '<xml><ToUserName><![CDATA[o_bench_123]]></ToUserName><FromUserName><![CDATA[gh_000000000000]]></FromUserName><CreateTime>1779000000</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[你好，第 12345 条]]></Content></xml>';

function safeAnswer(): string {
  const sealed = Buffer.alloc(320, 7).toString('base64');
  return `<xml><Encrypt><![CDATA[${sealed}]]></Encrypt><MsgSignature><![CDATA[${'0'.repeat(40)}]]></MsgSignature><TimeStamp>1779000000</TimeStamp><Nonce><![CDATA[1234567890]]></Nonce></xml>`;
}

async function listening(app: FastifyInstance): Promise<number> {
  await app.listen({ port: 0, host: '127.0.0.1' });
  return (app.server.address() as AddressInfo).port;
}

/** co-wechat as it is meant to be used, in Koa; or alone, with the little of Koa's context that it uses. */
async function theirs(): Promise<number> {
  const { token, appId: appid, aesKey: encodingAESKey } = ACCOUNT;
  const answer = coWechat({ token, appid, encodingAESKey }).middleware(
    async (message) => message.Content ?? '',
  );
  const server = createServer(
    kind === 'co-wechat' ? new Koa().use(answer).callback() : alone(answer),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

function alone(answer: ReturnType<ReturnType<typeof coWechat>['middleware']>) {
  return async (req: IncomingMessage, res: ServerResponse) => {
    const { searchParams } = new URL(req.url ?? '/', 'http://localhost');
    const length = Number(req.headers['content-length']);
    const ctx = {
      method: req.method,
      query: Object.fromEntries(searchParams),
      req,
      request: { length },
      body: '',
      type: 'text/plain',
      status: 200,
    };
    await answer(ctx);
    const headers = { 'content-type': ctx.type, 'content-length': Buffer.byteLength(ctx.body) };
    res.writeHead(ctx.status, headers).end(ctx.body);
  };
}

serve(await start(), () => process.cpuUsage());

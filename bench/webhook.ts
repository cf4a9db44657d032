/**
 * The way of a push through the webhook, beside a bare Fastify route and beside co-wechat. Each server
 * has a process of its own, and this one sends: with two cores neither waits for the other.
 */
import { send } from './http-load.ts';
import { plainPush, safePush } from './pushes.ts';
import { startServer } from './server-process.ts';
import { inTurns, ratioOf, report, spreadOf, type Way } from './side-by-side.ts';

const MESSAGES = Number(process.env.BENCH_MESSAGES ?? 20_000);
const WARM_UPS = 2;
const CONNECTIONS = 16;
const FOLLOWERS = 1000;

const SERVERS = ['floor', 'service', 'co-wechat', 'co-wechat-alone'] as const;
type Server = (typeof SERVERS)[number];
type Mode = 'plain' | 'safe';

const NAMES: Readonly<Record<Server, string>> = {
  floor: 'a bare Fastify route',
  service: 'the service',
  'co-wechat': 'co-wechat in Koa',
  'co-wechat-alone': 'co-wechat without Koa',
};

await compare('plain', 0.62);
await compare('safe', 0.3);

async function compare(mode: Mode, least: number): Promise<void> {
  const ways = await Promise.all(SERVERS.map((server) => wayOf(server, mode)));
  const results = await inTurns(ways, WARM_UPS);
  for (const { stop } of ways) await stop();
  const speedOf = (server: Server) => results.get(server) ?? [];
  const costOf = (server: Server) =>
    (ways.find(({ name }) => name === server)?.costs ?? []).slice(WARM_UPS);
  const row = (figure: Server, floor: Server, target: number | null) =>
    report({
      name: `webhook, ${mode} mode: ${NAMES[figure]} beside ${NAMES[floor]}`,
      unit: 'messages a second',
      floor: spreadOf(speedOf(floor)),
      figure: spreadOf(speedOf(figure)),
      ratio: ratioOf(speedOf(figure), speedOf(floor)),
      target: target === null ? null : { least: target },
    });
  row('service', 'floor', least);
  row('service', 'co-wechat', 3);
  row('service', 'co-wechat-alone', null);
  row('floor', 'co-wechat', null);
  row('floor', 'co-wechat-alone', null);
  report({
    name: `webhook, ${mode} mode: processor time of ${NAMES.service} beside ${NAMES.floor}`,
    unit: 'µs a message; the ratio is floor to figure',
    floor: spreadOf(costOf('floor')),
    figure: spreadOf(costOf('service')),
    ratio: ratioOf(costOf('floor'), costOf('service')),
    target: null,
  });
}

interface ServerWay extends Way {
  /** Microseconds of the server's processor time a message, by round. */
  readonly costs: number[];
  readonly stop: () => Promise<void>;
}

async function wayOf(name: Server, mode: Mode): Promise<ServerWay> {
  const server = await startServer('webhook-server.js', { args: [name, mode] });
  const push = mode === 'plain' ? plainPush : safePush;
  const costs: number[] = [];
  const used = async () => {
    const { user, system } = await server.ask<NodeJS.CpuUsage>('usage');
    return user + system;
  };
  return {
    name,
    costs,
    stop: server.stop,
    async round() {
      const requests = Array.from({ length: MESSAGES }, (_, i) =>
        push({ openId: `o_bench_${i % FOLLOWERS}`, text: `你好，第 ${i} 条` }),
      );
      const before = await used();
      const perSecond = await send(requests, { port: server.port, connections: CONNECTIONS });
      costs.push(((await used()) - before) / MESSAGES);
      return perSecond;
    },
  };
}

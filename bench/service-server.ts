/** The whole service in a process of its own, as `npm start` builds it, without its jobs. */
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildApp } from '../src/app.ts';
import { readConfig } from '../src/config.ts';
import * as ledger from '../src/loyalty/ledger/index.ts';
import { clock, silent } from './clock.ts';
import { ACCOUNT, DATA_KEY } from './pushes.ts';
import { serve } from './server-process.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'jifenwu-bench-'));
process.once('exit', () => rmSync(dataDir, { recursive: true, force: true }));
const config = readConfig({
  MONGODB_URI: process.env.MONGODB_URI,
  DATA_DIR: dataDir,
  DATA_KEY: DATA_KEY.toString('base64'),
  WECHAT_APP_ID: ACCOUNT.appId,
  WECHAT_TOKEN: ACCOUNT.token,
});
const app = await buildApp(config, { log: silent, env: process.env, clock });
await app.http.listen({ port: 0, host: '127.0.0.1' });

serve((app.http.server.address() as AddressInfo).port, async (question) => {
  if (question === 'memory') return memory();
  await ledger.relayNow(app.core.contextOf('bench'));
  return 'done';
});

/** In bytes, once nothing is left to collect. */
function memory(): { readonly heap: number; readonly rss: number } {
  for (let i = 0; i < 3; i++) globalThis.gc?.();
  const { heapUsed, rss } = process.memoryUsage();
  return { heap: heapUsed, rss };
}

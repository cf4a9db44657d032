import { existsSync } from 'node:fs';
import closeWithGrace from 'close-with-grace';
import { type App, buildApp, fillDemo } from './app.ts';
import { verdictOn } from './cli/exit.ts';
import { type Config, readConfig } from './config.ts';
import { createLog } from './platform/log.ts';

const FINISH_MS = 25_000;

if (existsSync('.env')) process.loadEnvFile('.env');

try {
  await start(readConfig(process.env));
} catch (error) {
  const { code, message } = verdictOn(error);
  console.error(message);
  process.exit(code);
}

/** Starts the service, says where it is, and stops it gracefully when asked to. */
async function start(config: Config): Promise<void> {
  const log = createLog({ level: config.logLevel });
  for (const warning of config.warnings) log.warn({ warning }, 'configuration');
  const app = await buildApp(config, {
    log,
    env: process.env,
    clock: () => new Date(),
  });
  closeWithGrace({ delay: FINISH_MS, logger: false }, async ({ err }) => {
    if (err) log.error({ err }, 'stopping after an error');
    app.leave();
    await app.close();
  });
  try {
    if (config.mode === 'demo') await fillDemo(app.core);
    await app.http.listen({ port: config.port, host: config.host });
    await app.begin();
  } catch (error) {
    await app.close();
    throw error;
  }
  const { mode, publicUrl: url } = config;
  log.info({ url, mode, database: app.core.database.kind }, 'ready');
  for (const line of addressesOf(app)) console.log(line);
}

/** One `name: address` a line, of what is there. */
function addressesOf({ simulator, password, core }: App): readonly string[] {
  const { publicUrl } = core.config;
  if (!simulator) return [];
  const signIn = password === null ? [] : [`sign-in: ${password}`];
  return [`chat: ${publicUrl}/simulator`, ...signIn];
}

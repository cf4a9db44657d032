import { type Command, Option } from 'commander';
import type { Core } from '../core.ts';
import { database, missingIndexes } from '../platform/mongo.ts';
import * as wording from '../wording/index.ts';
import { configOf, type Terminal, withCore } from './command.ts';
import { type Check, type Finding, fine, tried, wrong } from './doctor-check.ts';
import { examineWechat } from './doctor-wechat.ts';
import { EXIT, verdictOn } from './exit.ts';
import { pendingMigrations } from './migrate.ts';

interface Options {
  readonly lang?: wording.Language;
  readonly json?: boolean;
}

/** `doctor`: looks at everything that the service stands on. */
export function doctorCommand(program: Command, terminal: Terminal): void {
  const lang = new Option('--lang <language>', 'in which language; without it that of LANG');
  program
    .command('doctor')
    .description('check configuration, database, shared store, WeChat, mail, SMS, clock, indexes')
    .addOption(lang.choices(['zh-CN', 'en']))
    .option('--json', 'for machines')
    .action((options: Options) => doctor(terminal, options));
}

async function doctor(terminal: Terminal, { lang, json = false }: Options): Promise<void> {
  const say = wording.loadCatalogue().say(lang ?? languageOf(terminal));
  const { mode, warnings } = configOf(terminal);
  const checks: Check[] = [
    { name: 'configuration', ok: true, hint: [mode, ...warnings].join('; ') },
  ];
  const opened = await withCore(terminal, (core) => examine(core, say)).catch((error: unknown) => {
    const problem = verdictOn(error).message;
    return [{ name: 'mongodb', ...wrong(say('doctor.mongodb.away', { problem })) }];
  });
  checks.push(...opened);
  const ok = checks.every((check) => check.ok);
  if (json) terminal.print(JSON.stringify({ ok, checks }));
  else
    for (const { ok: isFine, name, hint } of checks)
      terminal.print(`${isFine ? '✓' : '✗'} ${name}: ${hint.replaceAll('\n', '\n  ')}`);
  if (!ok) terminal.exit(EXIT.wrong);
}

/** The language of a terminal, by the variables that every program reads for it. */
function languageOf({ env }: Terminal): wording.Language {
  return /^zh/i.test(env.LC_ALL || env.LC_MESSAGES || env.LANG || '') ? 'zh-CN' : 'en';
}

async function examine(core: Core, say: wording.Say): Promise<readonly Check[]> {
  return [
    await tried('mongodb', async () => {
      await database().command({ ping: 1 });
      return fine(core.database.kind);
    }),
    await tried('key-value', () => keptValue(core, say)),
    await tried('indexes', async () => {
      const names = (await missingIndexes()).join(', ');
      return names
        ? wrong(say('doctor.indexes.missing', { names }))
        : fine(say('doctor.indexes.ok'));
    }),
    await tried('migrations', async () => {
      const names = (await pendingMigrations()).join(', ');
      if (names) return wrong(say('doctor.migrations.pending', { names }));
      return fine(say('doctor.migrations.ok'));
    }),
    ...(await examineWechat(core, say)),
    await tried('mail', () => usable(core.mail, { area: 'mail', say })),
    await tried('sms', () => usable(core.sms, { area: 'sms', say })),
    await tried('clock', () => comparedClock(core, say)),
  ];
}

async function keptValue({ keyValue, config }: Core, say: wording.Say): Promise<Finding> {
  await keyValue.set('doctor', 'ok', { ttlMs: 10_000 });
  if ((await keyValue.get('doctor')) !== 'ok') return wrong(say('doctor.keyvalue.lost'));
  return fine(say(config.redisUrl ? 'doctor.keyvalue.redis' : 'doctor.keyvalue.local'));
}

async function usable(
  way: { check(): Promise<string | null> } | null,
  { area, say }: { readonly area: 'mail' | 'sms'; readonly say: wording.Say },
): Promise<Finding> {
  if (!way) return fine(say(`doctor.${area}.off`));
  const reason = await way.check();
  if (reason === null) return fine(say(`doctor.${area}.ok`));
  return wrong(say(`doctor.${area}.wrong`, { reason }));
}

const CLOCK_MS = 60_000;

async function comparedClock({ clock }: Core, say: wording.Say): Promise<Finding> {
  const { localTime } = await database().command({ hello: 1 });
  if (!(localTime instanceof Date)) return fine(say('doctor.clock.untold'));
  const apartMs = Math.abs(localTime.getTime() - clock().getTime());
  if (apartMs <= CLOCK_MS) return fine(say('doctor.clock.ok'));
  return wrong(say('doctor.clock.apart', { seconds: Math.round(apartMs / 1000) }));
}

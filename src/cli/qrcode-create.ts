import { writeFile } from 'node:fs/promises';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Core } from '../core.ts';
import * as members from '../loyalty/members/index.ts';
import { callStream } from '../platform/remote-stream.ts';
import { type Terminal, withCore } from './command.ts';

interface Options {
  readonly source: string;
  readonly name?: string;
  readonly days: number;
  readonly permanent?: boolean;
  readonly out?: string;
  readonly json?: boolean;
}

const DAY_SECONDS = 86_400;
const DAYS_MAX = 30;
const PICTURE_TIMEOUT_MS = 15_000;
const PICTURE_BYTES_MAX = 2_000_000;

/** `qrcode:create`: a code whose scans say where a new member came from. */
export function qrcodeCreateCommand(program: Command, terminal: Terminal): void {
  program
    .command('qrcode:create')
    .description('a QR code of a source; the same one again while it can be scanned')
    .requiredOption('--source <source>', 'what members who come by it are counted under')
    .option('--name <name>', 'what it is called; a store is welcomed with it')
    .addOption(
      new Option('--days <days>', 'how long it can be scanned').default(DAYS_MAX).argParser(daysOf),
    )
    .option('--permanent', 'for ever: one of the 100,000 of the account')
    .option('--out <file>', 'where its picture goes')
    .option('--json', 'for machines')
    .action((options: Options) =>
      withCore(terminal, async (core) => {
        const code = await codeOf(core, options);
        const image = core.api.qrcodes.imageAddress(code.ticket);
        if (options.out) await savePicture(new URL(image), options.out);
        const { _id: source, name, kind, url, expiresAt } = code;
        if (options.json) {
          return terminal.print(JSON.stringify({ source, name, kind, url, image, expiresAt }));
        }
        terminal.say(
          `${name ?? source}: ${expiresAt ? `until ${expiresAt.toISOString()}` : 'for ever'}`,
        );
        terminal.print(url);
        terminal.print(image);
      }),
    );
}

async function codeOf(core: Core, options: Options): Promise<members.ArrivalCode> {
  const { source, name = null, days, permanent = false } = options;
  const ctx = core.contextOf('qrcode:create');
  const wanted = { source, name, kind: permanent ? 'permanent' : 'temporary' } as const;
  const known = await members.findCode(ctx, wanted);
  if (known) return known;
  const { ticket, url, expiresInSeconds } = permanent
    ? await core.api.qrcodes.createPermanent(source)
    : await core.api.qrcodes.createTemporary(source, { lifeSeconds: days * DAY_SECONDS });
  const expiresAt =
    expiresInSeconds === null ? null : new Date(ctx.now.getTime() + expiresInSeconds * 1000);
  return members.keepCode(ctx, { ...wanted, ticket, url, expiresAt });
}

function daysOf(text: string): number {
  const days = Number(text);
  if (Number.isInteger(days) && days >= 1 && days <= DAYS_MAX) return days;
  throw new InvalidArgumentError(`a whole number from 1 to ${DAYS_MAX}`);
}

async function savePicture(url: URL, file: string): Promise<void> {
  const picture = await callStream({ remote: 'wechat', url, timeoutMs: PICTURE_TIMEOUT_MS });
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of picture.content) {
    bytes += chunk.length;
    if (bytes > PICTURE_BYTES_MAX) throw new Error('the picture is larger than any code');
    chunks.push(chunk);
  }
  await writeFile(file, Buffer.concat(chunks));
}

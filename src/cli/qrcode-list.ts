import type { Command } from 'commander';
import * as members from '../loyalty/members/index.ts';
import { type Terminal, withCore } from './command.ts';

/** `qrcode:list`: where members came from. */
export function qrcodeListCommand(program: Command, terminal: Terminal): void {
  program
    .command('qrcode:list')
    .description('the codes, and how many members came by each')
    .option('--json', 'for machines')
    .action(({ json = false }: { json?: boolean }) =>
      withCore(terminal, async (core) => {
        const ctx = core.contextOf('qrcode:list');
        const sources = await members.listSources(ctx);
        if (json) return terminal.print(JSON.stringify(sources.map(rowOf)));
        for (const source of sources) terminal.print(lineFor(source, ctx.now));
      }),
    );
}

function rowOf({ source, code, members: came, following }: members.SourceCount) {
  const name = code?.name ?? null;
  return { source, name, expiresAt: code?.expiresAt ?? null, members: came, following };
}

function lineFor({ source, code, members: came, following }: members.SourceCount, now: Date) {
  const expiresAt = code?.expiresAt ?? null;
  const isOver = expiresAt !== null && expiresAt <= now;
  const until =
    expiresAt === null ? '' : `, ${isOver ? 'over' : 'until'} ${expiresAt.toISOString()}`;
  const name = code?.name ? ` (${code.name})` : '';
  return `${source}${name}: ${came} members, ${following} following${code ? until : ', no code'}`;
}

import type { Command } from 'commander';
import * as notify from '../notify/index.ts';
import { type Terminal, withCore } from './command.ts';
import { EXIT } from './exit.ts';

/** `notices:sync`: finds the account's templates for our notices. */
export function noticesSyncCommand(program: Command, terminal: Terminal): void {
  program
    .command('notices:sync')
    .description("match the account's templates with ours by title and field labels")
    .option('--json', 'for machines')
    .action(({ json = false }: { json?: boolean }) =>
      withCore(terminal, async (core) => {
        const synced = await notify.syncNotices(core.contextOf('notices:sync'), core.sender);
        if (json) terminal.print(JSON.stringify(synced));
        else for (const notice of synced) terminal.print(lineFor(notice));
        if (synced.some(isMissing)) terminal.exit(EXIT.wrong);
      }),
    );
}

function lineFor(notice: notify.SyncedNotice): string {
  const { kind, title, templateId, missing } = notice;
  if (!isMissing(notice)) return `✓ ${kind}: ${templateId}`;
  if (templateId === null) return `✗ ${kind}: add a template with the title ${title}`;
  return `✗ ${kind}: the template ${templateId} has no field ${missing.join(', ')}`;
}

function isMissing({ templateId, missing }: notify.SyncedNotice): boolean {
  return templateId === null || missing.length > 0;
}

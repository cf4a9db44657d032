import { type Command, InvalidArgumentError, Option } from 'commander';
import { isId } from '../kernel/ids.ts';
import * as cases from '../loyalty/cases/index.ts';
import { accountNamed } from './account-named.ts';
import { type Terminal, withCore } from './command.ts';
import { CommandError, EXIT } from './exit.ts';

interface Listing {
  readonly status: cases.CaseStatus | 'all';
  readonly account?: string;
  readonly limit: number;
  readonly before?: string;
  readonly json?: boolean;
}

interface Closing {
  readonly note: string;
  readonly by: string;
  readonly json?: boolean;
}

const PAGE_MAX = 100;

/** `case:…`: what the nightly audit found, and what came of it. */
export function caseCommands(program: Command, terminal: Terminal): void {
  const status = new Option('--status <status>', 'which ones').default('open');
  const limit = new Option('--limit <n>', 'how many').default(PAGE_MAX).argParser(limitOf);
  program
    .command('case:list')
    .description('what somebody has to look into, newest first')
    .addOption(status.choices([...cases.CASE_STATUSES, 'all']))
    .option('--account <account>', 'only those of this member, stock, budget …')
    .addOption(limit)
    .option('--before <id>', 'the last one of the page before')
    .option('--json', 'for machines')
    .action((options: Listing) => list(terminal, options));
  program
    .command('case:close')
    .description('end a case; a frozen account stays frozen')
    .argument('<id>', 'cas_ and 26 characters')
    .requiredOption('--note <text>', 'what came out')
    .requiredOption('--by <name>', 'who looked into it')
    .option('--json', 'for machines')
    .action((id: string, options: Closing) => close(terminal, id, options));
}

async function list(terminal: Terminal, options: Listing): Promise<void> {
  const { status, account, limit, before, json = false } = options;
  const page = await withCore(terminal, async (core) => {
    const ctx = core.contextOf('case:list');
    return cases.listCases(ctx, {
      limit,
      ...(status !== 'all' && { status }),
      ...(account !== undefined && { accountId: await accountNamed(ctx, account) }),
      ...(before !== undefined && { before: idOf(before) }),
    });
  });
  if (json) return terminal.print(JSON.stringify(page));
  for (const one of page) terminal.print(lineOf(one));
  const last = page.at(-1);
  if (last && page.length === limit) terminal.say(`… to go on from here: --before ${last._id}`);
}

async function close(
  terminal: Terminal,
  id: string,
  { note, by, json = false }: Closing,
): Promise<void> {
  const closed = await withCore(terminal, async (core) =>
    cases.closeCase(core.contextOf('case:close'), { caseId: idOf(id), note, by }),
  );
  terminal.print(json ? JSON.stringify(closed) : lineOf(closed));
}

function lineOf({ _id, accountId, laws, entryId, openedAt, ...end }: cases.Case): string {
  const { status, closedBy, note } = end;
  const what = `${_id} ${accountId} law ${laws} since ${openedAt.toISOString()} (${entryId})`;
  return status === 'open' ? `${what} open` : `${what} closed by ${closedBy}: ${note}`;
}

function idOf(text: string): cases.CaseId {
  if (isId('cas', text)) return text;
  throw new CommandError(EXIT.usage, `${text} is no id of a case: cas_ and 26 characters`);
}

function limitOf(text: string): number {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= PAGE_MAX) return limit;
  throw new InvalidArgumentError(`a whole number from 1 to ${PAGE_MAX}`);
}

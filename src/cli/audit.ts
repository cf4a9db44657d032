import { type Command, Option } from 'commander';
import type { Context } from '../kernel/context.ts';
import * as ledger from '../loyalty/ledger/index.ts';
import * as members from '../loyalty/members/index.ts';
import * as orders from '../loyalty/orders/index.ts';
import { type Terminal, withCore } from './command.ts';
import { CommandError, EXIT } from './exit.ts';

interface Options {
  readonly member?: string;
  readonly after?: ledger.AccountId;
  readonly json?: boolean;
}

/** The whole proof without its findings: they are told as they come. */
interface Total extends Pick<ledger.Audit, 'checkedAt' | 'accounts' | 'entries'> {
  readonly findings: number;
}

const PAGE = 500;
/** How many findings the one JSON document holds; the text has all of them. */
const KEPT_MAX = 10_000;

/** `audit`: proves the ledger. */
export function auditCommand(program: Command, terminal: Terminal): void {
  const after = new Option('--after <account id>', 'go on behind this account');
  program
    .command('audit')
    .description('prove the ledger: entries balance, chains hold, balances equal lots and entries')
    .option('--member <number>', 'only this member, by member number')
    .addOption(after.conflicts('member'))
    .option('--json', 'for machines')
    .action((options: Options) => audit(terminal, options));
}

export async function audit(terminal: Terminal, { json = false, ...what }: Options): Promise<void> {
  const kept: ledger.Finding[] = [];
  const tell = (finding: ledger.Finding): void => {
    if (!json) terminal.print(lineOf(finding));
    else if (kept.length < KEPT_MAX) kept.push(finding);
  };
  const total = await withCore(terminal, async (core) => {
    const ctx = core.contextOf('audit');
    let sum: Total = { checkedAt: ctx.now, accounts: 0, entries: 0, findings: 0 };
    for await (const page of pages(ctx, what)) {
      for (const finding of page.findings) tell(finding);
      sum = plus(sum, page);
      if (page.next !== null) terminal.say(progressOf(sum, page.next));
    }
    return sum;
  });
  const { checkedAt, accounts, entries, findings } = total;
  const ok = findings === 0;
  if (json) {
    const more = findings > kept.length && { findingsTotal: findings };
    const proof = { ok, checkedAt, accounts, entries, findings: kept, ...more };
    terminal.print(JSON.stringify(proof));
  } else {
    const mark = ok ? '✓' : '✗';
    terminal.print(`${mark} ${accounts} accounts, ${entries} entries, ${findings} findings`);
  }
  if (!ok) terminal.exit(EXIT.wrong);
}

/** One account, or all of them page by page, so that a long proof needs no more memory than a short one. */
async function* pages(ctx: Context, { member, after }: Options): AsyncGenerator<ledger.Audit> {
  const { joins } = orders;
  if (member !== undefined) {
    const found = await members.findMember(ctx, { memberNo: member });
    if (!found) throw new CommandError(EXIT.refused, `no member has the number ${member}`);
    yield await ledger.audit(ctx, { accountId: found._id, joins });
    return;
  }
  let next = after ?? null;
  do {
    const page = await ledger.audit(ctx, { ...(next && { after: next }), limit: PAGE, joins });
    yield page;
    next = page.next;
  } while (next !== null);
}

function plus(sum: Total, page: ledger.Audit): Total {
  return {
    checkedAt: page.checkedAt,
    accounts: sum.accounts + page.accounts,
    entries: sum.entries + page.entries,
    findings: sum.findings + page.findings.length,
  };
}

function progressOf({ accounts, entries, findings }: Total, next: ledger.AccountId): string {
  const done = `${accounts} accounts, ${entries} entries, ${findings} findings`;
  return `… ${done}; to go on from here: --after ${next}`;
}

function lineOf({ code, accountId, entryId, message }: ledger.Finding): string {
  return `✗ ${code} ${accountId}${entryId ? ` ${entryId}` : ''}: ${message}`;
}

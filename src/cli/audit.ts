import type { Command } from 'commander';
import * as ledger from '../loyalty/ledger/index.ts';
import * as members from '../loyalty/members/index.ts';
import { type Terminal, withCore } from './command.ts';
import { CommandError, EXIT } from './exit.ts';

interface Options {
  readonly member?: string;
  readonly json?: boolean;
}

const PROGRESS_EVERY = 500;

/** `audit`: proves the ledger. */
export function auditCommand(program: Command, terminal: Terminal): void {
  program
    .command('audit')
    .description('prove the ledger: entries balance, chains hold, balances equal lots and entries')
    .option('--member <number>', 'only this member, by member number')
    .option('--json', 'for machines')
    .action((options: Options) => audit(terminal, options));
}

async function audit(terminal: Terminal, { member, json = false }: Options): Promise<void> {
  const proof = await withCore(terminal, async (core) => {
    const ctx = core.contextOf('audit');
    if (member === undefined) return whole(ctx, terminal);
    const found = await members.findMember(ctx, { memberNo: member });
    if (!found) throw new CommandError(EXIT.refused, `no member has the number ${member}`);
    return ledger.audit(ctx, { accountId: found._id });
  });
  const { ok, checkedAt, accounts, entries, findings } = proof;
  if (json) terminal.print(JSON.stringify({ ok, checkedAt, accounts, entries, findings }));
  else {
    for (const { code, accountId, entryId, message } of findings) {
      terminal.print(`✗ ${code} ${accountId}${entryId ? ` ${entryId}` : ''}: ${message}`);
    }
    terminal.print(
      `${ok ? '✓' : '✗'} ${accounts} accounts, ${entries} entries, ${findings.length} findings`,
    );
  }
  if (!ok) terminal.exit(EXIT.wrong);
}

/** All accounts, page by page, so that a long proof shows how far it is. */
async function whole(ctx: Parameters<typeof ledger.audit>[0], { say }: Terminal) {
  let proof = await ledger.audit(ctx, { limit: PROGRESS_EVERY });
  while (proof.next !== null) {
    say(`… ${proof.accounts} accounts, ${proof.entries} entries`);
    const page = await ledger.audit(ctx, { after: proof.next, limit: PROGRESS_EVERY });
    proof = {
      ...page,
      ok: proof.ok && page.ok,
      accounts: proof.accounts + page.accounts,
      entries: proof.entries + page.entries,
      findings: [...proof.findings, ...page.findings],
    };
  }
  return proof;
}

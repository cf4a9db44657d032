import type { Command } from 'commander';
import type { Core } from '../core.ts';
import type { Context } from '../kernel/context.ts';
import * as ledger from '../loyalty/ledger/index.ts';
import * as risk from '../loyalty/risk/index.ts';
import { accountLines, balanceLine, sanctionLine } from './account-lines.ts';
import { accountNamed } from './account-named.ts';
import { type Terminal, withCore } from './command.ts';
import { CommandError, EXIT } from './exit.ts';

interface Options {
  readonly reason: string;
  readonly by: string;
  readonly yes?: boolean;
  readonly json?: boolean;
}

type Impose = (ctx: Context, input: risk.SanctionInput) => Promise<risk.Sanction>;

const SANCTIONS_SHOWN = 20;
const NAMED = 'a member number, a member id, stock:…, prize:…, budget:… or pool:…';

/** `account:…`: what a person may decide about an account, and what to know before. */
export function accountCommands(program: Command, terminal: Terminal): void {
  program
    .command('account:show')
    .description('what an account has, what it waits for, who froze it and why')
    .argument('<account>', NAMED)
    .option('--json', 'for machines')
    .action((named: string, options: Options) => show(terminal, named, options));
  const deciding = (command: Command) =>
    command
      .argument('<account>', NAMED)
      .requiredOption('--reason <text>', 'why: kept with the decision, told to no member')
      .requiredOption('--by <name>', 'who decides')
      .option('--json', 'for machines');
  const act = (impose: Impose) => (named: string, options: Options) =>
    decide(terminal, { named, options, impose });
  deciding(program.command('account:freeze'))
    .description('nothing can be taken from it any more; earning and look-ups go on')
    .action(act(risk.freeze));
  deciding(program.command('account:unfreeze'))
    .description('open it again, whoever froze it')
    .action(act(risk.unfreeze));
  deciding(program.command('account:forfeit'))
    .description('take all points of a frozen member, after what they are was shown')
    .option('--yes', 'take them')
    .action((named: string, options: Options) => takeAll(terminal, named, options));
  deciding(program.command('account:restore'))
    .description('give the newest forfeiture back, wholly, within 365 days')
    .action(act(risk.restore));
}

async function show(terminal: Terminal, named: string, { json = false }: Options): Promise<void> {
  const shown = await withCore(terminal, async (core) => {
    const ctx = core.contextOf('account:show');
    const accountId = await accountNamed(ctx, named);
    const story = await risk.accountStory(ctx, accountId);
    if (story.entries === 0 && !accountId.startsWith('mem_')) {
      throw new CommandError(EXIT.refused, `nothing was ever booked on ${accountId}`);
    }
    const balance = await ledger.balanceOf(ctx, accountId);
    const sanctions = await risk.listSanctions(ctx, accountId, { limit: SANCTIONS_SHOWN });
    return { accountId, ...story, balance, sanctions };
  });
  if (json) terminal.print(JSON.stringify(shown));
  else for (const line of accountLines(shown)) terminal.print(line);
}

interface Decision {
  readonly named: string;
  readonly options: Options;
  readonly impose: Impose;
}

async function decide(terminal: Terminal, { named, options, impose }: Decision): Promise<void> {
  await withCore(terminal, async (core) => {
    const ctx = core.contextOf('account');
    const accountId = await accountNamed(ctx, named);
    await carryOut(core, terminal, { accountId, options, impose });
  });
}

async function carryOut(
  core: Core,
  { print }: Terminal,
  { accountId, options, impose }: Omit<Decision, 'named'> & Pick<risk.Sanction, 'accountId'>,
): Promise<void> {
  const { reason, by, json = false } = options;
  const ctx = core.contextOf('account');
  const sanction = await impose(ctx, { accountId, reason, by });
  const balance = await ledger.balanceOf(ctx, accountId);
  if (json) return print(JSON.stringify({ ...sanction, balance }));
  print(`✓ ${accountId} ${sanctionLine(sanction)}`);
  print(balanceLine(balance));
}

async function takeAll(terminal: Terminal, named: string, options: Options): Promise<void> {
  await withCore(terminal, async (core) => {
    const ctx = core.contextOf('account:forfeit');
    const accountId = await accountNamed(ctx, named);
    if ((await risk.statusOf(ctx, accountId)) === 'frozen') {
      const { available, held, pending } = await ledger.balanceOf(ctx, accountId);
      const all = available + held + pending;
      terminal.say(`${accountId}: available ${available}, held ${held}, pending ${pending}`);
      if (all > 0 && !options.yes) {
        throw new CommandError(EXIT.refused, `${all} points would be taken: add --yes to confirm`);
      }
    }
    await carryOut(core, terminal, { accountId, options, impose: risk.forfeit });
  });
}

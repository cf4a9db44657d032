import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Core } from '../core.ts';
import { isId } from '../kernel/ids.ts';
import * as cases from '../loyalty/cases/index.ts';
import * as ledger from '../loyalty/ledger/index.ts';
import { memberNamed } from './account-named.ts';
import { type Terminal, withCore } from './command.ts';
import { CommandError, EXIT } from './exit.ts';

interface Asking {
  readonly points: number;
  readonly reason: string;
  readonly by: string;
  readonly category?: cases.AdjustmentCategory;
  readonly case?: string;
  readonly json?: boolean;
}

interface Listing {
  readonly status: cases.AdjustmentStatus | 'all';
  readonly member?: string;
  readonly limit: number;
  readonly before?: string;
  readonly json?: boolean;
}

interface Deciding {
  readonly by: string;
  readonly json?: boolean;
}

const PAGE_MAX = 100;

/** `adjust:…`: corrections of points that one person asks for and another approves. */
export function adjustmentCommands(program: Command, terminal: Terminal): void {
  const category = new Option('--category <category>', 'compensation with --case, else correction');
  program
    .command('adjust:request')
    .description('ask for a correction of points; another person approves it')
    .argument('<member>', 'a member number or a member id')
    .addOption(
      new Option('--points <n>', 'as +50 or -50').argParser(pointsOf).makeOptionMandatory(),
    )
    .requiredOption('--reason <text>', 'why: kept with the request, told to no member')
    .requiredOption('--by <name>', 'who asks')
    .addOption(category.choices(cases.ADJUSTMENT_CATEGORIES))
    .option('--case <text>', 'the complaint that is made good: once for each member')
    .option('--json', 'for machines')
    .action((named: string, options: Asking) => request(terminal, named, options));
  listCommand(program, terminal);
  const deciding = (command: Command, decide: typeof cases.approveAdjustment) =>
    command
      .argument('<id>', 'adj_ and 26 characters')
      .requiredOption('--by <name>', 'who decides')
      .option('--json', 'for machines')
      .action((id: string, { by, json = false }: Deciding) =>
        withCore(terminal, async (core) => {
          const decider = { requestId: idOf(id), by };
          const decided = await decide(core.contextOf(command.name()), decider);
          await tell(core, terminal, { request: decided, json });
        }),
      );
  deciding(program.command('adjust:approve'), cases.approveAdjustment).description(
    'book a correction that somebody else asked for',
  );
  deciding(program.command('adjust:reject'), cases.rejectAdjustment).description(
    'end a request; nothing is booked',
  );
}

function listCommand(program: Command, terminal: Terminal): void {
  const status = new Option('--status <status>', 'which ones').default('requested');
  const limit = new Option('--limit <n>', 'how many').default(PAGE_MAX).argParser(limitOf);
  program
    .command('adjust:list')
    .description('requests, newest first: those that wait for a decision')
    .addOption(status.choices([...cases.ADJUSTMENT_STATUSES, 'all']))
    .option('--member <member>', 'only those of this member')
    .addOption(limit)
    .option('--before <id>', 'the last one of the page before')
    .option('--json', 'for machines')
    .action((options: Listing) => list(terminal, options));
}

async function request(terminal: Terminal, named: string, options: Asking): Promise<void> {
  const { points, reason, by, case: caseRef, json = false } = options;
  const category = options.category ?? (caseRef === undefined ? 'correction' : 'compensation');
  await withCore(terminal, async (core) => {
    const ctx = core.contextOf('adjust:request');
    const { _id: memberId } = await memberNamed(ctx, named);
    const asked = { memberId, points, category, reason, caseRef, by };
    const made = await cases.requestAdjustment(ctx, asked);
    await tell(core, terminal, { request: made, json });
  });
}

async function list(terminal: Terminal, options: Listing): Promise<void> {
  const { status, member, limit, before, json = false } = options;
  const page = await withCore(terminal, async (core) => {
    const ctx = core.contextOf('adjust:list');
    return cases.listAdjustments(ctx, {
      limit,
      ...(status !== 'all' && { status }),
      ...(member !== undefined && { memberId: (await memberNamed(ctx, member))._id }),
      ...(before !== undefined && { before: idOf(before) }),
    });
  });
  if (json) return terminal.print(JSON.stringify(page));
  for (const one of page) terminal.print(lineOf(one));
  const last = page.at(-1);
  if (last && page.length === limit) terminal.say(`… to go on from here: --before ${last._id}`);
}

async function tell(
  core: Core,
  { print }: Terminal,
  { request: asked, json }: { readonly request: cases.Adjustment; readonly json: boolean },
): Promise<void> {
  const ctx = core.contextOf('adjust');
  const { available: balance } = await ledger.balanceOf(ctx, asked.memberId);
  if (json) return print(JSON.stringify({ ...asked, balance }));
  print(lineOf(asked));
  print(`balance ${balance}`);
}

function lineOf(asked: cases.Adjustment): string {
  const { _id, memberId, points, category, caseRef, status, decidedBy, expiresOn } = asked;
  const signed = points > 0 ? `+${points}` : `${points}`;
  const about = caseRef === null ? category : `${category} ${caseRef}`;
  const decided = decidedBy === null ? '' : ` by ${decidedBy}`;
  const until = expiresOn === null ? '' : `, gone from ${expiresOn}`;
  const why = `asked by ${asked.requestedBy}: ${asked.reason}`;
  return `${_id} ${memberId} ${signed} ${about} ${status}${decided}${until}; ${why}`;
}

function idOf(text: string): cases.AdjustmentId {
  if (isId('adj', text)) return text;
  throw new CommandError(EXIT.usage, `${text} is no id of a request: adj_ and 26 characters`);
}

function pointsOf(text: string): number {
  if (/^[+-]?\d{1,10}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('a whole number, as +50 or -50');
}

function limitOf(text: string): number {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= PAGE_MAX) return limit;
  throw new InvalidArgumentError(`a whole number from 1 to ${PAGE_MAX}`);
}

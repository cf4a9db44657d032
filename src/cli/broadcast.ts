import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import type { Core } from '../core.ts';
import { DomainError } from '../kernel/errors.ts';
import { isId } from '../kernel/ids.ts';
import * as broadcasts from '../notify/broadcast/index.ts';
import { broadcastLine, dryRunLines, progressLines } from './broadcast-lines.ts';
import { type Terminal, withCore } from './command.ts';
import { CommandError, EXIT } from './exit.ts';

interface Options {
  readonly json?: boolean;
  readonly yes?: boolean;
}

/** Conditions of an audience, as they are typed. */
interface Given {
  readonly inactiveDays?: string;
  readonly balanceAtLeast?: string;
  readonly balanceAtMost?: string;
  readonly taskNotDone?: string;
}

type Act = (core: Core, id: broadcasts.BroadcastId, options: Options) => Promise<unknown>;

/** `broadcast:…`: messages to many members, from the draft to the list of who was not reached. */
export function broadcastCommands(program: Command, terminal: Terminal): void {
  program
    .command('broadcast:new')
    .description('a draft out of a file: name, channel, content, audience, speed')
    .argument('<file.yml>', 'what to say to whom')
    .option('--inactive-days <n>', 'only members who did nothing for so many days')
    .option('--balance-at-least <points>', 'only members who have so many points, or more')
    .option('--balance-at-most <points>', 'only members who have so many points, or fewer')
    .option('--task-not-done <task>', 'only members who have not done this task: its id or title')
    .action((file: string, given: Given) => create(terminal, file, given));
  program
    .command('broadcast:list')
    .description('the newest hundred broadcasts')
    .option('--json', 'for machines')
    .action((options: Options) => list(terminal, options));
  const acts = actsOf(terminal);
  const one = (command: Command, act: Act) =>
    command
      .argument('<id>', 'bct_ and 26 characters')
      .action(async (id: string, options: Options) => {
        await withCore(terminal, (core) => act(core, idOf(id), options));
      });
  one(program.command('broadcast:check'), acts.check).description(
    'who would be sent it now, and why the others not; sends nothing',
  );
  one(program.command('broadcast:show'), acts.show)
    .description('how far it is')
    .option('--json', 'for machines');
  one(program.command('broadcast:failures'), acts.failures).description(
    'CSV of everybody who was not reached, or perhaps not',
  );
  one(program.command('broadcast:start'), acts.start)
    .description('let it begin, after its numbers were shown')
    .option('--yes', 'begin');
  one(program.command('broadcast:pause'), acts.pause).description('send nobody else for now');
  one(program.command('broadcast:resume'), acts.resume).description('go on where it stopped');
  one(program.command('broadcast:stop'), acts.stop)
    .description('end it for good')
    .option('--yes', 'end it');
}

function actsOf({
  print,
  exit,
}: Terminal): Record<'check' | 'show' | 'failures' | 'start' | 'pause' | 'resume' | 'stop', Act> {
  return {
    async check(core, id) {
      const run = await broadcasts.checkBroadcast(core.contextOf('broadcast:check'), id, core);
      for (const line of dryRunLines(run)) print(line);
      if (run.problems.length > 0) exit(EXIT.wrong);
    },
    async show(core, id, { json = false }) {
      const ctx = core.contextOf('broadcast:show');
      const broadcast = await broadcasts.getBroadcast(ctx, id);
      const progress = await broadcasts.progressOf(ctx, broadcast);
      if (json) print(JSON.stringify({ ...broadcast, progress }));
      else for (const line of progressLines(broadcast, progress)) print(line);
    },
    async failures(core, id) {
      const ctx = core.contextOf('broadcast:failures');
      await broadcasts.getBroadcast(ctx, id);
      for await (const line of broadcasts.failuresOf(ctx, id)) print(line);
    },
    async start(core, id, { yes = false }) {
      const ctx = core.contextOf('broadcast:start');
      const run = await broadcasts.checkBroadcast(ctx, id, core);
      for (const line of dryRunLines(run)) print(line);
      mustBeSure(yes, `${run.sendable} members would be sent it`);
      print(broadcastLine(await broadcasts.startBroadcast(ctx, id)));
    },
    async pause(core, id) {
      print(broadcastLine(await broadcasts.pauseBroadcast(core.contextOf('broadcast:pause'), id)));
    },
    async resume(core, id) {
      print(
        broadcastLine(await broadcasts.resumeBroadcast(core.contextOf('broadcast:resume'), id)),
      );
    },
    async stop(core, id, { yes = false }) {
      const ctx = core.contextOf('broadcast:stop');
      const broadcast = await broadcasts.getBroadcast(ctx, id);
      const progress = await broadcasts.progressOf(ctx, broadcast);
      for (const line of progressLines(broadcast, progress)) print(line);
      mustBeSure(yes, `${progress.left} members would not be sent it any more`);
      print(broadcastLine(await broadcasts.stopBroadcast(ctx, id)));
    },
  };
}

async function create(
  terminal: Terminal,
  file: string,
  { taskNotDone, ...numbers }: Given,
): Promise<void> {
  const conditions = {
    ...Object.fromEntries(Object.entries(numbers).map(([name, text]) => [name, numberOf(text)])),
    ...(taskNotDone !== undefined && { taskNotDone }),
  };
  const yaml = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new CommandError(EXIT.usage, `${file} cannot be read: ${error.code}`);
  });
  await withCore(terminal, async (core) => {
    const ctx = core.contextOf('broadcast:new');
    try {
      const made = await broadcasts.createBroadcast(ctx, yaml, conditions);
      terminal.print(broadcastLine(made));
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'BROADCAST_INVALID') throw error;
      const problems = String(error.details.problems).split('\n');
      for (const problem of problems) terminal.say(`✗ ${problem}`);
      terminal.exit(EXIT.wrong);
    }
  });
}

async function list(terminal: Terminal, { json = false }: Options): Promise<void> {
  const all = await withCore(terminal, (core) =>
    broadcasts.listBroadcasts(core.contextOf('broadcast:list')),
  );
  if (json) terminal.print(JSON.stringify(all));
  else for (const broadcast of all) terminal.print(broadcastLine(broadcast));
}

function idOf(text: string): broadcasts.BroadcastId {
  if (isId('bct', text)) return text;
  throw new CommandError(EXIT.usage, `${text} is no id of a broadcast: bct_ and 26 characters`);
}

function numberOf(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new CommandError(EXIT.usage, `${text} is no whole number`);
}

function mustBeSure(yes: boolean, what: string): void {
  if (!yes) throw new CommandError(EXIT.refused, `${what}: add --yes to confirm`);
}

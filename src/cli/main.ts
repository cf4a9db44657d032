#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { accountCommands } from './account.ts';
import { adjustmentCommands } from './adjustments.ts';
import { auditCommand } from './audit.ts';
import { backupCommand } from './backup.ts';
import { broadcastCommands } from './broadcast.ts';
import { caseCommands } from './cases.ts';
import type { Terminal } from './command.ts';
import { configCommand } from './config-command.ts';
import { doctorCommand } from './doctor.ts';
import { EXIT, verdictOn } from './exit.ts';
import { indexesCommand } from './indexes.ts';
import { intentCommand } from './intent.ts';
import { keyCreateCommand } from './key-create.ts';
import { menuPushCommand } from './menu-push.ts';
import { migrateCommand } from './migrate.ts';
import { noticesSyncCommand } from './notices-sync.ts';
import { orderCommands } from './orders.ts';
import { qrcodeCreateCommand } from './qrcode-create.ts';
import { qrcodeListCommand } from './qrcode-list.ts';
import { restoreCommand } from './restore.ts';
import { seedCommand } from './seed-command.ts';

if (existsSync('.env')) process.loadEnvFile('.env');

const terminal: Terminal = {
  env: process.env,
  now: () => new Date(),
  stdin: process.stdin,
  print: (line) => console.log(line),
  say: (line) => console.error(line),
  exit: (code) => {
    process.exitCode = code;
  },
};

const program = new Command('jifenwu')
  .description('积分屋: loyalty points for a WeChat Official Account')
  .exitOverride();
for (const add of [
  doctorCommand,
  auditCommand,
  seedCommand,
  intentCommand,
  configCommand,
  indexesCommand,
  migrateCommand,
  keyCreateCommand,
  menuPushCommand,
  noticesSyncCommand,
  orderCommands,
  qrcodeCreateCommand,
  qrcodeListCommand,
  broadcastCommands,
  accountCommands,
  adjustmentCommands,
  caseCommands,
  backupCommand,
  restoreCommand,
]) {
  add(program, terminal);
}

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.usage;
  } else {
    const { code, message } = verdictOn(error);
    console.error(message);
    process.exitCode = code;
  }
}

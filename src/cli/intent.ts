import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import type { Command } from 'commander';
import * as bot from '../bot/index.ts';
import type { Terminal } from './command.ts';

/** `intent <text>`: what a text asks for. Needs no configuration and no database. */
export function intentCommand(program: Command, terminal: Terminal): void {
  program
    .command('intent')
    .description('what a follower who writes this asks for; - reads texts from stdin, one a line')
    .argument('<text>')
    .action(async (text: string) => {
      if (text !== '-') {
        terminal.print(lineFor(text));
        return;
      }
      const lines = createInterface({ input: Readable.from(terminal.stdin), crlfDelay: Infinity });
      for await (const line of lines) terminal.print(lineFor(line));
    });
}

function lineFor(text: string): string {
  const { intent, confidence } = bot.understand(text);
  return JSON.stringify({ intent, confidence });
}

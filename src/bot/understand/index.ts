/** What the conversation asks of a text. A folder of the bot, and no room of its own. */
export { COMMANDS, commandOf, type Intent, isIntent } from './commands.ts';
export { normalise } from './normalise.ts';
export { checkCommands } from './pinyin.ts';
export { type Understood, understand } from './understand.ts';

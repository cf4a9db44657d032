import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';

const START_MS = 60_000;
const WORDS_MAX = 8000;
/** What it ends with when it cannot reach its database at the start (the public contract, 10.4). */
const UNREACHABLE = 3;

/** How the service is started: what is run, and with which environment. */
export interface ServiceCommand {
  /** `src/main.ts`, which is run by tsx, or a built `main.js`. */
  readonly main: string;
  readonly port: number;
  readonly env: Readonly<Record<string, string>>;
  /** Starts it again when it found no database at its start, as a container would be. */
  readonly restarts?: boolean;
}

/** A service in a process of its own, which can be killed at any moment and started again. */
export class ServiceProcess {
  readonly origin: string;
  private readonly command: ServiceCommand;
  private child: ChildProcess | null = null;
  private words = '';

  constructor(command: ServiceCommand) {
    this.command = command;
    this.origin = `http://127.0.0.1:${command.port}`;
  }

  /** The last of what it wrote to stderr. */
  get lastWords(): string {
    return this.words;
  }

  start(): void {
    const { main, port, env } = this.command;
    const loader = main.endsWith('.ts') ? ['--import', 'tsx'] : [];
    const { PATH = '', HOME = '' } = process.env;
    const child = spawn(process.execPath, [...loader, main], {
      env: { PATH, HOME, ...env, PORT: String(port) },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      this.words = (this.words + chunk).slice(-WORDS_MAX);
    });
    child.once('exit', (code) => {
      const mayRestart = this.command.restarts === true && code === UNREACHABLE;
      if (mayRestart && this.child === child) this.start();
    });
    this.child = child;
  }

  /** @throws Error when it ends by itself, or is not ready within a minute */
  async ready(): Promise<void> {
    const enough = AbortSignal.timeout(START_MS);
    while (!enough.aborted) {
      const { child } = this;
      if (child?.exitCode != null) throw new Error(`the service ended: ${this.words}`);
      if (await isReady(this.origin)) return;
      await wait(20);
    }
    throw new Error(`the service was not ready in time: ${this.words}`);
  }

  /** Ends it without a warning. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** Asks it to finish, as an operator would. */
  async stop(): Promise<void> {
    await this.end('SIGTERM');
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const { child } = this;
    this.child = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  }
}

function isReady(origin: string): Promise<boolean> {
  return fetch(`${origin}/readyz`, { signal: AbortSignal.timeout(2000) }).then(
    ({ ok }) => ok,
    () => false,
  );
}

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A server in a process of its own, so that the one who asks does not slow down the one who answers. */
export interface ServerProcess {
  readonly port: number;
  /** Asks it something it was written to tell. */
  ask<Answer>(question: string): Promise<Answer>;
  stop(): Promise<void>;
}

export interface ServerOptions {
  readonly args?: readonly string[];
  readonly flags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts a file of this folder. It says its port first. */
export async function startServer(
  file: string,
  { args = [], flags = [], env = {} }: ServerOptions = {},
): Promise<ServerProcess> {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const child = fork(path, args, { execArgv: [...flags], env: { ...process.env, ...env } });
  process.once('exit', () => child.kill());
  const failed = once(child, 'exit').then(([code]) => {
    throw new Error(`${file} ended with ${code}`);
  });
  // Whoever asks hears of it; an end that nobody waits for is one that was asked for.
  failed.catch(() => undefined);
  const told = async <Message>() => {
    const [message] = await Promise.race([once(child, 'message'), failed]);
    return message as Message;
  };
  const { port } = await told<{ port: number }>();
  return {
    port,
    async ask<Answer>(question: string) {
      child.send(question);
      return told<Answer>();
    },
    async stop() {
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
}

/** The other side: says the port, answers questions, and ends when nobody asks any more. */
export function serve(port: number, answer: (question: string) => unknown): void {
  process.on('message', (question) => {
    void Promise.resolve(answer(String(question))).then((told) => process.send?.(told));
  });
  process.on('disconnect', () => process.exit(0));
  process.send?.({ port });
}

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const CHILD = fileURLToPath(new URL('calling-process.ts', import.meta.url));

/** So many calls of the API, all at once, at this instant. */
export interface CallsAsked {
  readonly atMs: number;
  readonly calls: number;
}

/** Why calls failed, one text each. */
export interface CallsMade {
  readonly failures: readonly string[];
}

/** A client of the platform in a process of its own. */
export class CallingProcess {
  private readonly child: ChildProcess;

  /** `env` names REDIS_URL, DATA_KEY and WECHAT_API_BASE_URL. */
  constructor(env: Readonly<Record<string, string>>) {
    const { PATH = '', HOME = '' } = process.env;
    this.child = fork(CHILD, { execArgv: ['--import', 'tsx'], env: { PATH, HOME, ...env } });
  }

  /** @throws Error when the process ends instead of answering */
  async call(asked: CallsAsked): Promise<CallsMade> {
    const ended = new AbortController();
    const { signal } = ended;
    const end = once(this.child, 'exit', { signal }).then(([code]) => {
      throw new Error(`the calling process ended with ${code}`);
    });
    const made = once(this.child, 'message', { signal });
    this.child.send(asked);
    try {
      const [answer] = await Promise.race([made, end]);
      return answer as CallsMade;
    } finally {
      ended.abort();
      // Nobody waits for the other one any more.
      await Promise.allSettled([made, end]);
    }
  }

  async stop(): Promise<void> {
    const gone = once(this.child, 'exit');
    this.child.disconnect();
    await gone;
  }
}

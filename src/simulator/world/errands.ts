import type { Log } from '../../kernel/context.ts';

/** What the platform still has to do after it has answered. */
export interface Errands {
  /** Runs a task in a moment. */
  soon(task: () => Promise<unknown>): void;
  /** Waits so many milliseconds, or until `stop`. */
  pause(ms: number): Promise<void>;
  /** Resolves when nothing is left to do. */
  settled(): Promise<void>;
  /** Drops what has not begun. */
  stop(): void;
}

/** Long enough for the service to have read the answer that a task follows. */
const DELAY_MS = 100;

export function runErrands(log: Log): Errands {
  const open = new Map<NodeJS.Timeout, Promise<void>>();
  const ends = new Map<NodeJS.Timeout, () => void>();
  const pauses = new Map<NodeJS.Timeout, () => void>();

  async function run(task: () => Promise<unknown>, timer: NodeJS.Timeout): Promise<void> {
    await task().catch((error: unknown) => log.error({ err: error }, 'simulator errand failed'));
    close(timer);
  }

  function close(timer: NodeJS.Timeout): void {
    ends.get(timer)?.();
    ends.delete(timer);
    open.delete(timer);
  }

  return {
    soon(task) {
      const timer = setTimeout(() => void run(task, timer), DELAY_MS);
      open.set(timer, new Promise((resolve) => ends.set(timer, resolve)));
    },
    pause: (ms) =>
      new Promise((resolve) => {
        const timer = setTimeout(() => {
          pauses.delete(timer);
          resolve();
        }, ms);
        pauses.set(timer, resolve);
      }),
    async settled() {
      while (open.size > 0) await Promise.all(open.values());
    },
    stop() {
      for (const timer of open.keys()) {
        clearTimeout(timer);
        close(timer);
      }
      for (const [timer, end] of pauses) {
        clearTimeout(timer);
        end();
      }
      pauses.clear();
    },
  };
}

/** What `inTime` gives when the time was over first. */
export const LATE = Symbol('late');

/**
 * Waits for some work, but no longer than so many milliseconds of real time. The work itself goes on;
 * its failure is thrown only when it comes in time.
 */
export function inTime<Result>(work: Promise<Result>, ms: number): Promise<Result | typeof LATE> {
  return new Promise((resolve, reject) => {
    let isOver = false;
    let timer: NodeJS.Timeout | undefined;
    const end = () => {
      isOver = true;
      clearTimeout(timer);
    };
    work.then(
      (result) => {
        end();
        resolve(result);
      },
      (error: unknown) => {
        end();
        reject(error);
      },
    );
    // What is done already, as in a store in memory, is never waited for: it needs no timer.
    queueMicrotask(() => {
      if (!isOver) timer = setTimeout(resolve, Math.max(0, ms), LATE);
    });
  });
}

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { sameDeadline } from './same-deadline.ts';

const never = new Promise<never>(() => undefined);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

test('what ends in time gives its result, or its failure', async () => {
  const inTime = sameDeadline(1000);
  expect(await inTime(Promise.resolve('done'), () => 'late')).toBe('done');
  await expect(inTime(Promise.reject(new Error('failed')), () => 'late')).rejects.toThrow('failed');
});

test('each waits so long, no less and no more, whoever began before it and has ended', async () => {
  const inTime = sameDeadline(1000);
  const over: string[] = [];
  const start = (name: string, work: Promise<string>) => {
    const from = performance.now();
    void inTime(work, () => 'late').then((result) => {
      over.push(`${name} ${result} after ${performance.now() - from}`);
    });
  };
  start('first', never);
  start('quick', Promise.resolve('done'));
  await vi.advanceTimersByTimeAsync(400);
  start('second', never);
  await vi.advanceTimersByTimeAsync(300);
  start('third', never);
  await vi.advanceTimersByTimeAsync(299);
  expect(over).toEqual(['quick done after 0']);
  await vi.advanceTimersByTimeAsync(5000);
  start('much later', never);
  await vi.advanceTimersByTimeAsync(5000);
  expect(over).toEqual([
    'quick done after 0',
    'first late after 1000',
    'second late after 1000',
    'third late after 1000',
    'much later late after 1000',
  ]);
});

test('what ends after its time is over changes nothing any more', async () => {
  const inTime = sameDeadline(1000);
  let end = (_result: string) => {};
  const work = new Promise<string>((resolve) => {
    end = resolve;
  });
  const waited = inTime(work, () => 'late');
  await vi.advanceTimersByTimeAsync(1000);
  end('done');
  expect(await waited).toBe('late');
});

test('nothing is left running when nobody waits', async () => {
  const inTime = sameDeadline(1000);
  await inTime(Promise.resolve('done'), () => 'late');
  await vi.advanceTimersByTimeAsync(1000);
  expect(vi.getTimerCount()).toBe(0);
});

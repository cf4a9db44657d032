import { describe, expect, test } from 'vitest';
import { messagesLeft, NO_WINDOWS, opened, used, type Windows } from './windows.ts';

const now = new Date('2026-11-24T12:00:00Z');
const after = (seconds: number) => new Date(now.getTime() + seconds * 1000);

function usedUp(windows: Windows, at: Date): { sent: number; error: number } {
  for (let sent = 0, left = windows; ; sent += 1) {
    const next = used(left, at);
    if (typeof next === 'number') return { sent, error: next };
    left = next;
  }
}

describe('the windows for customer messages', () => {
  test('a message opens five for 48 hours', () => {
    const windows = opened(NO_WINDOWS, 'message', now);
    expect(usedUp(windows, after(48 * 3600 - 1))).toEqual({ sent: 5, error: 45047 });
    expect(usedUp(windows, after(48 * 3600))).toEqual({ sent: 0, error: 45015 });
  });

  test('a follow, a scan or a tap opens three for a minute', () => {
    const windows = opened(NO_WINDOWS, 'tap', now);
    expect(usedUp(windows, after(59))).toEqual({ sent: 3, error: 45047 });
    expect(usedUp(windows, after(60))).toEqual({ sent: 0, error: 45015 });
  });

  test('two open windows are used up one after the other, and a new message starts afresh', () => {
    const both = opened(opened(NO_WINDOWS, 'message', now), 'tap', now);
    expect(messagesLeft(both, after(1))).toBe(8);
    expect(usedUp(both, after(1)).sent).toBe(8);
    const left = used(both, after(1));
    expect(left).toMatchObject({ tap: { left: 2 }, message: { left: 5 } });
    expect(messagesLeft(opened(both, 'message', after(120)), after(120))).toBe(5);
  });

  test('nobody is written to who did nothing', () => {
    expect(used(NO_WINDOWS, now)).toBe(45015);
    expect(messagesLeft(NO_WINDOWS, now)).toBe(0);
  });
});

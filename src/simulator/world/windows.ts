/** How many customer messages the service may still send, and until when (reference 5.5). */
export interface Window {
  /** Milliseconds since 1970. */
  readonly until: number;
  readonly left: number;
}

/** A follower's open windows; null where none was opened. */
export interface Windows {
  readonly message: Window | null;
  readonly tap: Window | null;
}

export const NO_WINDOWS: Windows = { message: null, tap: null };

const MESSAGE = { ms: 48 * 3_600_000, messages: 5 };
const TAP = { ms: 60_000, messages: 3 };

/** `message`: the follower wrote something. `tap`: a menu, a scan, a follow, a tapped word. */
export type Trigger = 'message' | 'tap';

/** The windows after a follower did something; the same kind starts afresh. */
export function opened(windows: Windows, trigger: Trigger, now: Date): Windows {
  const { ms, messages } = trigger === 'message' ? MESSAGE : TAP;
  return { ...windows, [trigger]: { until: now.getTime() + ms, left: messages } };
}

/**
 * The windows after one customer message, or the error number with which it is refused. How two open
 * windows combine is not documented: the one that closes first is used up first.
 */
export function used(windows: Windows, now: Date): Windows | 45015 | 45047 {
  const open = (['tap', 'message'] as const).filter((kind) => isOpen(windows[kind], now));
  if (open.length === 0) return 45015;
  const kind = open.find((one) => leftIn(windows[one]) > 0);
  if (!kind) return 45047;
  const window = windows[kind];
  return window ? { ...windows, [kind]: { ...window, left: window.left - 1 } } : 45015;
}

/** How many customer messages may be sent now. */
export function messagesLeft({ message, tap }: Windows, now: Date): number {
  return [message, tap]
    .filter((window) => isOpen(window, now))
    .reduce((sum, window) => sum + leftIn(window), 0);
}

/** When the follower did something last, in milliseconds since 1970; 0 for never. */
export function lastHeardAt({ message, tap }: Windows): number {
  return Math.max(message ? message.until - MESSAGE.ms : 0, tap ? tap.until - TAP.ms : 0);
}

function isOpen(window: Window | null, now: Date): boolean {
  return window !== null && now.getTime() < window.until;
}

function leftIn(window: Window | null): number {
  return window?.left ?? 0;
}

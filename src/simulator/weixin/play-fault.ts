import type { Platform } from '../platform.ts';
import type { Fault } from '../world/faults.ts';
import type { Answered } from './raw-call.ts';

/** The connection broke before an answer had come. */
export class LineBroken extends Error {
  readonly code = 'ECONNRESET';

  constructor() {
    super('the connection was reset');
    this.name = 'LineBroken';
  }
}

/** Answers as a fault wants it; null where no answer reaches the client. */
export async function playFault(
  fault: Fault | null,
  platform: Platform,
  work: () => Promise<Answered>,
): Promise<Answered | null> {
  if (!fault) return work();
  switch (fault.kind) {
    case 'delay':
      await platform.pause(fault.delayMs);
      return work();
    case 'silence':
      await platform.pause(fault.delayMs);
      return null;
    case 'reset':
      return null;
    case 'lost':
      await work();
      return null;
    case 'status':
      return page(fault.status, `<html><body>${fault.status}</body></html>`);
    case 'html':
      return page(200, '<html><body>Please try again later</body></html>');
    case 'empty':
      return { status: 200, headers: {}, body: Buffer.alloc(0) };
    default:
      return work();
  }
}

function page(status: number, html: string): Answered {
  const headers = { 'content-type': 'text/html; charset=utf-8' };
  return { status, headers, body: Buffer.from(html) };
}

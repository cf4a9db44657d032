import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';

/** Who may use the simulator: this machine, or who knows the demo password. */
export interface Guard {
  lets(request: FastifyRequest): boolean;
  /** Whether there is a password to ask for. */
  readonly asks: boolean;
  /** The cookie for the right password; null for a wrong one, or where there is none. */
  cookieFor(password: string): string | null;
}

const COOKIE = 'jf_simulator';
const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/;
const LOCAL_HOST = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/i;

/** Guards the simulator; cookies are good until the process ends. */
export function guardWith(password: string | null): Guard {
  const mark = createHmac('sha256', randomBytes(32)).update('simulator').digest('base64url');
  const isPassword = (given: string) => password !== null && same(given, password);
  return {
    asks: password !== null,
    lets(request) {
      if (isLocal(request)) return true;
      if (password === null) return false;
      const header = request.headers['x-demo-password'];
      if (typeof header === 'string' && isPassword(header)) return true;
      return same(cookieOf(request), mark);
    },
    cookieFor(given) {
      if (!isPassword(given)) return null;
      return `${COOKIE}=${mark}; Path=/simulator; HttpOnly; SameSite=Strict`;
    },
  };
}

/**
 * By address and by name: a foreign page that resolves to this machine has another name, and a proxy on
 * this machine speaks for others. The service calls itself by the address on which it listens.
 */
function isLocal({ ip, hostname, headers, socket }: FastifyRequest): boolean {
  const isForwarded = headers['x-forwarded-for'] !== undefined || headers.forwarded !== undefined;
  const own = socket.localAddress;
  const isNear = LOOPBACK.test(ip) || ip === own;
  const isNamed = LOCAL_HOST.test(hostname) || hostname === own;
  return !isForwarded && isNear && isNamed;
}

function cookieOf({ headers }: FastifyRequest): string {
  const cookies = headers.cookie?.split(';').map((cookie) => cookie.trim()) ?? [];
  const found = cookies.find((cookie) => cookie.startsWith(`${COOKIE}=`));
  return found?.slice(COOKIE.length + 1) ?? '';
}

function same(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

import { z } from 'zod';
import type { Caller } from './caller.ts';

/** A check pings, and takes its time. */
const CHECK_TIMEOUT_MS = 15_000;

/** How the platform reached our address: one ping each, so that a loss is 0 % or 100 %. */
export interface CallbackCheck {
  readonly dns: readonly { readonly ip: string; readonly operator: string }[];
  readonly pings: readonly {
    readonly ip: string;
    readonly fromOperator: string;
    readonly isLost: boolean;
    /** Null when it was lost. */
    readonly timeMs: number | null;
  }[];
}

/** Addresses of the platform, and its view of ours (reference 4.4). @throws WechatError, RemoteError */
export interface AccountChecks {
  /** Where our calls go, for an outgoing firewall; asked for about daily. */
  apiAddresses(): Promise<readonly string[]>;
  /** Where pushes come from; advice only, because it changes. Asked for about daily. */
  callbackAddresses(): Promise<readonly string[]>;
  /** Lets the platform look for our address. @throws WechatError 40201 when none is configured */
  checkCallback(check?: {
    readonly action?: 'dns' | 'ping' | 'all';
    readonly operator?: 'CHINANET' | 'UNICOM' | 'CAP' | 'DEFAULT';
  }): Promise<CallbackCheck>;
}

const addresses = z.object({ ip_list: z.array(z.string()) });
const checked = z.object({
  dns: z.array(z.object({ ip: z.string(), real_operator: z.string() })).optional(),
  ping: z
    .array(
      z.object({
        ip: z.string(),
        from_operator: z.string(),
        package_loss: z.string(),
        time: z.string().optional(),
      }),
    )
    .optional(),
});

/** Makes the calls that check the account's surroundings. */
export function accountChecks(caller: Caller): AccountChecks {
  const listOf = async (path: string) =>
    (await caller.call({ path, answer: addresses, repeatable: true })).ip_list;

  return {
    apiAddresses: () => listOf('cgi-bin/get_api_domain_ip'),
    callbackAddresses: () => listOf('cgi-bin/getcallbackip'),
    async checkCallback({ action = 'all', operator = 'DEFAULT' } = {}) {
      const json = { action, check_operator: operator };
      const path = 'cgi-bin/callback/check';
      const timeoutMs = CHECK_TIMEOUT_MS;
      const { dns = [], ping = [] } = await caller.call({ path, json, answer: checked, timeoutMs });
      return {
        dns: dns.map(({ ip, real_operator }) => ({ ip, operator: real_operator })),
        pings: ping.map(({ ip, from_operator, package_loss, time }) => {
          const isLost = Number.parseFloat(package_loss) > 0;
          return { ip, fromOperator: from_operator, isLost, timeMs: isLost ? null : msOf(time) };
        }),
      };
    },
  };
}

/** `23.210ms`. */
function msOf(time = ''): number | null {
  const timeMs = Number.parseFloat(time);
  return Number.isFinite(timeMs) ? timeMs : null;
}

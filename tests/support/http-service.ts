import type { FastifyInstance } from 'fastify';
import { assetNames, buildHttp, type HttpParts } from '../../src/http/index.ts';
import type { Clock } from '../../src/kernel/context.ts';
import { localKeyValue } from '../../src/platform/local-key-value.ts';
import * as wording from '../../src/wording/index.ts';
import { at } from './context.ts';

const { log } = at('2026-01-01T00:00:00Z');

interface Service extends Partial<HttpParts> {
  readonly clock: Clock;
  readonly sessionSecret: string;
}

/** Everything that is answered over HTTP, without a port; the webhook answers nothing unless said. */
export async function serviceOver(parts: Service): Promise<FastifyInstance> {
  const { clock, sessionSecret } = parts;
  return buildHttp({
    log,
    trustProxy: [],
    keyValue: localKeyValue({ file: null, clock, log }),
    webhook: {
      keys: {
        appId: 'wxsim0000000000000',
        token: 'jifenwudemo',
        mode: 'plain',
        aesKey: null,
        previousAesKey: null,
        toleranceSeconds: 300,
      },
      answer: async () => ({ type: 'none' }),
    },
    h5: { catalogue: wording.loadCatalogue(), asset: assetNames(), frames: 'none', sessionSecret },
    health: { checks: {}, stopping: () => false, metricsToken: null },
    simulator: null,
    ...parts,
  });
}

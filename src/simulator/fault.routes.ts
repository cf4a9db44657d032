import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { checked } from './checked.ts';
import type { Engine, FaultAsked } from './engine.ts';
import { CALL_FAULTS, type FaultKind, PUSH_FAULTS } from './world/faults.ts';

/** As in the guide (10.6), and `kind` for what has no number of its own. */
const Asked = z.object({
  path: z.string().min(1).max(200),
  kind: z.enum([...CALL_FAULTS, ...PUSH_FAULTS]).optional(),
  errcode: z.int().optional(),
  delayMs: z.int().min(0).max(300_000).optional(),
  status: z.int().min(400).max(599).optional(),
  skewSeconds: z.int().min(-31_536_000).max(31_536_000).optional(),
  times: z.int().min(1).max(1_000_000).optional(),
  probability: z.number().gt(0).max(1).optional(),
  seed: z.int().optional(),
});

const Known = Asked.refine((asked) => kindOf(asked) !== undefined, {
  message: 'kind, errcode, delayMs, status or skewSeconds is needed',
  path: ['kind'],
});

/** /simulator/api/faults: makes things go wrong, tells what still may, and ends it. */
export function faultRoutes(routes: FastifyInstance, engine: Engine): void {
  routes.post('/faults', async ({ body }, reply) => {
    engine.addFault(faultIn(checked(Known, body)));
    return reply.code(204).send();
  });

  routes.get('/faults', (_, reply) => reply.send({ faults: engine.faults() }));

  routes.delete('/faults', async (_, reply) => {
    engine.clearFaults();
    return reply.code(204).send();
  });
}

/** By its name, else by the number that is given with it. */
function kindOf(asked: z.infer<typeof Asked>): FaultKind | undefined {
  if (asked.kind) return asked.kind;
  if (asked.errcode !== undefined) return 'errcode';
  if (asked.status !== undefined) return 'status';
  if (asked.skewSeconds !== undefined) return 'skew';
  return asked.delayMs === undefined ? undefined : 'delay';
}

function faultIn(asked: z.infer<typeof Asked>): FaultAsked {
  const given = Object.fromEntries(
    Object.entries(asked).filter(([, value]) => value !== undefined),
  );
  return { ...given, path: asked.path, kind: kindOf(asked) ?? 'delay' };
}

import type { FastifyPluginAsync } from 'fastify';
import { type Engine, type EngineOptions, startEngine } from './engine.ts';
import { type PageOptions, simulatorRoutes } from './simulator.routes.ts';

export type { Account } from './line/account.ts';
export type { Told } from './line/tell.ts';
export type { Deliver } from './platform.ts';
export type { Exchange } from './world/exchanges.ts';
export type { Fault, FaultKind } from './world/faults.ts';
export type { Line } from './world/transcript.ts';
export { type TurnableClock, turnableClock } from './world/turnable-clock.ts';

/** What the pretend WeChat is made of, whom it serves, and what its page shows. */
export type SimulatorOptions = EngineOptions & PageOptions;

/** The pretend WeChat at work. */
export interface Simulator extends Engine {
  /** `/simulator`, `/simulator/api/*` and `/simulator/weixin/*` (guide 10.6). */
  readonly routes: FastifyPluginAsync;
}

/**
 * Starts a pretend WeChat: it delivers what followers do, answers the service's calls and shows a page.
 * The clock is set to where the file left it.
 */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const { engine, platform } = await startEngine(options);
  return { ...engine, routes: simulatorRoutes({ ...options, engine, platform }) };
}

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { isListening } from '../../src/platform/database-server.ts';
import { freePort } from './free-port.ts';

const ALONE = ['--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];

/** Whether this machine has a Redis to start. */
export function hasRedis(): boolean {
  return spawnSync('redis-server', ['--version']).status === 0;
}

/** Starts a Redis of this test alone, that keeps nothing. */
export async function startRedis(): Promise<{ url: string; stop: () => Promise<void> }> {
  const port = await freePort();
  const child = spawn('redis-server', ['--port', String(port), ...ALONE], { stdio: 'ignore' });
  const gone = once(child, 'exit');
  for (let tries = 0; !(await isListening({ host: '127.0.0.1', port })); tries++) {
    if (tries > 200) throw new Error('redis-server does not listen');
    await wait(50);
  }
  const stop = async () => {
    child.kill();
    await gone;
  };
  return { url: `redis://127.0.0.1:${port}`, stop };
}

import { describe, expect, test } from 'vitest';
import { at } from '../../tests/support/context.ts';
import { serviceOver } from '../../tests/support/http-service.ts';

const { now } = at('2026-11-21T10:00:00+08:00');
const parts = { clock: () => now, sessionSecret: 'a secret of at least thirty-two characters' };
const fine = async () => 'fine';

describe('whoever watches the service', () => {
  test('hears that the process lives, whatever else is wrong', async () => {
    const away = { mongodb: () => Promise.reject(new Error('away')) };
    const health = { checks: away, stopping: () => true, metricsToken: null };
    const app = await serviceOver({ ...parts, health });
    const { statusCode, body } = await app.inject('/healthz');
    expect([statusCode, body]).toEqual([200, '{"status":"ok"}']);
    await app.close();
  });

  test('hears which check fails, and when it is asked to stop', async () => {
    const state = { mongodb: fine, stopping: false };
    const app = await serviceOver({
      ...parts,
      health: {
        checks: { mongodb: () => state.mongodb(), keyValue: fine },
        stopping: () => state.stopping,
        metricsToken: null,
      },
    });
    const ready = async () => {
      const { statusCode, body } = await app.inject('/readyz');
      return [statusCode, JSON.parse(body)];
    };
    const well = { mongodb: 'ok', keyValue: 'ok' };
    expect(await ready()).toEqual([200, { status: 'ready', checks: well }]);
    state.mongodb = () => Promise.reject(new Error('away'));
    const ill = { mongodb: 'failing', keyValue: 'ok' };
    expect(await ready()).toEqual([503, { status: 'unready', checks: ill }]);
    state.mongodb = () => new Promise(() => {});
    expect(await ready()).toEqual([503, { status: 'unready', checks: ill }]);
    state.mongodb = fine;
    state.stopping = true;
    expect(await ready()).toEqual([503, { status: 'stopping', checks: well }]);
    await app.close();
  });

  test('reads the figures from this machine, or with the token', async () => {
    const health = { checks: {}, stopping: () => false, metricsToken: 'let-me-read' };
    const app = await serviceOver({ ...parts, health });
    const from = async (remoteAddress: string, authorization?: string) => {
      const headers = authorization === undefined ? {} : { authorization };
      return (await app.inject({ url: '/metrics', remoteAddress, headers })).statusCode;
    };
    expect(await from('127.0.0.1')).toBe(200);
    expect(await from('192.0.2.7')).toBe(403);
    expect(await from('192.0.2.7', 'Bearer let-me-rea')).toBe(403);
    expect(await from('192.0.2.7', 'Basic let-me-read')).toBe(403);
    expect(await from('192.0.2.7', 'Bearer let-me-read')).toBe(200);
    expect((await app.inject('/metrics')).body).toContain('jifenwu_webhook_messages_total');
    await app.close();
  });
});

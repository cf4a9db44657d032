import { rm } from 'node:fs/promises';
import {
  type Simulator,
  type SimulatorOptions,
  type TurnableClock,
  turnableClock,
} from '../../src/simulator/index.ts';
import { type Seen, scriptedSimulator } from './scripted-service.ts';

type Query = Readonly<Record<string, string>>;
type Body = Record<string, unknown>;

/** A file as a client uploads one. */
export interface Upload {
  readonly name: string;
  readonly bytes: Buffer;
  readonly fields?: Query;
}

/** The pretend API without a line in between, with a token for every call. */
export interface PretendPlatform {
  readonly simulator: Simulator;
  readonly clock: TurnableClock;
  readonly dataFile: string;
  /** What the service was told. */
  readonly seen: Seen[];
  get(path: string, query?: Query): Promise<Body>;
  post(path: string, body: unknown, query?: Query): Promise<Body>;
  upload(path: string, file: Upload, query?: Query): Promise<Body>;
  /** A file or a page: whatever is no JSON. */
  open(path: string, query?: Query, phone?: string): ReturnType<Simulator['answerCall']>;
  close(): Promise<void>;
}

/** Starts one with the usual followers on 24 November 2026. */
export async function pretendPlatform(
  more: Partial<SimulatorOptions> = {},
): Promise<PretendPlatform> {
  const clock = turnableClock(() => new Date('2026-11-24T12:14:00Z'));
  const started = await scriptedSimulator(() => null, { clock, ...more });
  const { simulator, seen, dataFile } = started;

  async function ask(method: string, path: string, call: object): Promise<Body> {
    const { query = {}, body = '', ...rest } = call as { query?: Query; body?: string | Buffer };
    const access = path.startsWith('sns/') ? {} : { access_token: await token() };
    const whole = { method, path, query: { ...access, ...query }, body, ...rest };
    return (await simulator.answerCall(whole)).body as Body;
  }

  async function token(): Promise<string> {
    const grant = { grant_type: 'client_credential', appid: 'wxsim0000000000000', secret: 's' };
    const call = { method: 'POST', path: 'cgi-bin/stable_token', query: {} };
    const { body } = await simulator.answerCall({ ...call, body: JSON.stringify(grant) });
    return (body as { access_token: string }).access_token;
  }

  return {
    simulator,
    clock,
    dataFile,
    seen,
    get: (path, query = {}) => ask('GET', path, { query }),
    post: (path, body, query = {}) => ask('POST', path, { query, body: JSON.stringify(body) }),
    async upload(path, { name, bytes, fields = {} }, query = {}) {
      const form = new FormData();
      form.append('media', new Blob([new Uint8Array(bytes)]), name);
      for (const [field, value] of Object.entries(fields)) form.append(field, value);
      const wire = new Response(form);
      const contentType = wire.headers.get('content-type');
      const body = Buffer.from(await wire.arrayBuffer());
      return ask('POST', path, { query, body, contentType });
    },
    async open(path, query = {}, phone) {
      const access = path.startsWith('cgi-bin/media') ? { access_token: await token() } : {};
      const whole = { method: 'GET', path, query: { ...access, ...query }, body: '' };
      return simulator.answerCall({ ...whole, ...(phone && { phone }) });
    },
    async close() {
      await started.remove();
      await rm(dataFile.replace(/\.json$/, '-media'), { recursive: true, force: true });
    },
  };
}

/** The smallest picture there is. */
export const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** The platform's side of the API, which outlives a service that is killed. */
export interface ApiPlatform {
  /** For WECHAT_API_BASE_URL. */
  readonly baseUrl: string;
  close(): Promise<void>;
}

/** Told each customer message that the account sends. */
export type OnCustomerMessage = (message: { openId: string; text: string }) => void;

/** What a call is answered beside `errcode` 0, by the end of its path (reference 4.2, 5.4). */
const ANSWERS: Readonly<Record<string, object>> = {
  stable_token: { access_token: 'of-the-campaign', expires_in: 7200 },
  get_all_private_template: { template_list: [] },
};

/** Takes whatever the account asks for, and hands on what followers are told by it. */
export async function openApiPlatform(onCustomerMessage: OnCustomerMessage): Promise<ApiPlatform> {
  const server = createServer((request, response) => {
    answer(request, onCustomerMessage).then(
      (body) => response.setHeader('content-type', 'application/json').end(JSON.stringify(body)),
      (error: Error) => response.destroy(error),
    );
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/`,
    async close() {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
}

async function answer(request: IncomingMessage, tell: OnCustomerMessage): Promise<object> {
  const { pathname } = new URL(request.url ?? '/', 'http://platform');
  if (pathname.endsWith('/message/custom/send')) tell(await messageIn(request));
  return { errcode: 0, errmsg: 'ok', ...ANSWERS[pathname.split('/').at(-1) ?? ''] };
}

async function messageIn(request: IncomingMessage): Promise<{ openId: string; text: string }> {
  const sent = JSON.parse(await text(request)) as { touser: string; text: { content: string } };
  return { openId: sent.touser, text: sent.text.content };
}

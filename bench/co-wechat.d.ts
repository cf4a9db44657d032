/** What is used of co-wechat 2: a Koa middleware. */
declare module 'co-wechat' {
  import type { IncomingMessage } from 'node:http';

  interface KoaContext {
    readonly method: string | undefined;
    readonly query: Readonly<Record<string, string>>;
    readonly req: IncomingMessage;
    readonly request: { readonly length?: number; readonly charset?: string };
    body: string;
    type: string;
    status: number;
  }

  type Answer = (message: Readonly<Record<string, string>>) => Promise<string>;

  function wechat(config: {
    readonly token: string;
    readonly appid: string;
    readonly encodingAESKey: string;
  }): { middleware(answer: Answer): (ctx: KoaContext) => Promise<void> };

  export = wechat;
}

/** What is used of Koa 3: one middleware behind a plain server. */
declare module 'koa' {
  import type { RequestListener } from 'node:http';

  class Koa {
    use(middleware: (ctx: never) => Promise<void>): this;
    callback(): RequestListener;
  }

  export = Koa;
}

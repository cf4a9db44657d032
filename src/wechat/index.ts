/**
 * The Official Account protocol: proves and reads pushes, seals replies, calls the API.
 * Facts and limits: docs/reference/wechat-official-account.md.
 */

export { type AccessToken, accessToken } from './access-token.ts';
export { type Advice, mayPass, WechatError } from './api-errors.ts';
export { EnvelopeError } from './envelope-error.ts';
export type { Menu, MenuAction, MenuGroup } from './menu.ts';
export type { Content } from './message.ts';
export {
  type AccountKeys,
  checkEcho,
  type InboundMessage,
  openEnvelope,
  type Push,
} from './open-envelope.ts';
export { type Article, type Reply, sealReply } from './seal-reply.ts';
export {
  checkTemplateField,
  type Template,
  type TemplateField,
  type TemplateFieldProblem,
} from './template-message.ts';
export { type TemplateMessage, type WechatApi, wechatApi } from './wechat-api.ts';

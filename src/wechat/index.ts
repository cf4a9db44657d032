/**
 * The Official Account protocol: proves and reads pushes, seals replies, calls the API.
 * Facts and limits: docs/reference/wechat-official-account.md.
 */

export type { AccessToken, AccountAccess } from './access-token.ts';
export type { AccountChecks, CallbackCheck } from './api/account-checks.ts';
export type { Blacklist } from './api/blacklist.ts';
export type { BlockedMessage } from './api/blocked-messages.ts';
export type { CustomerMessages, CustomerOptions } from './api/customer.ts';
export type { CustomerMessage } from './api/customer-message.ts';
export type { Desk } from './api/desk.ts';
export type { MediaContent } from './api/download-media.ts';
export type { MiniProgramPage } from './api/filled-template.ts';
export type { FoundButton, FoundConditionalMenu } from './api/found-menu.ts';
export type { JsSdk, PageSignature } from './api/js-sdk.ts';
export type { Mass, MassJob, MassMessage, MassSpeed, MassStatus } from './api/mass.ts';
export type { MassContent } from './api/mass-content.ts';
export type { Material, MaterialContent, Materials } from './api/materials.ts';
export type { Media, UploadedMedia } from './api/media.ts';
export type { MediaFile } from './api/media-file.ts';
export type { MediaType } from './api/media-formats.ts';
export type { FoundMenus, Menus } from './api/menus.ts';
export type { Oauth, OauthGrant, OauthOutcome, OauthScope, OauthUser } from './api/oauth.ts';
export type { OauthStates } from './api/oauth-states.ts';
export type { OneTimeMessage } from './api/one-time-message.ts';
export type { SubscriptionAnswer, SubscriptionQuestion } from './api/one-time-subscription.ts';
export type { LongData, QrCode, Qrcodes, Scene } from './api/qrcodes.ts';
export type { ApiQuota, Quota, SeenRequest } from './api/quota.ts';
export type { ContentOpinion, SecurityChecks } from './api/security-checks.ts';
export type {
  SubscriptionKeyword,
  SubscriptionTemplate,
  SubscriptionTitle,
} from './api/subscription-library.ts';
export type { SubscriptionNotice, Subscriptions } from './api/subscriptions.ts';
export type { Tag, Tags } from './api/tags.ts';
export type { TemplateMessage, Templates } from './api/templates.ts';
export type { Follower, MovedUser, User, Users } from './api/users.ts';
export { type Advice, WechatError } from './api-errors.ts';
export { EnvelopeError } from './envelope-error.ts';
export type { Menu, MenuAction, MenuGroup, MenuPlatform, MenuRule } from './menu.ts';
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
export { type ApiAccess, type WechatApi, wechatApi } from './wechat-api.ts';

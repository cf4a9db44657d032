import type { XmlFields } from './field.ts';
import { groupOf, listOf, numberOf, textOf, textOrNull } from './field.ts';
import type { Content, SubscriptionChoice, SubscriptionResult } from './message.ts';

const SCENE_PREFIX = 'qrscene_';

/** Reads an event (reference 2.3). Names are compared exactly: `LOCATION` is not `location`. */
export function eventContent(fields: XmlFields): Content {
  const name = textOf(fields, 'Event').trim();
  return EVENTS.get(name)?.(fields) ?? { type: 'unknown', name };
}

type Read = (fields: XmlFields) => Content;

const keyOf = (fields: XmlFields): string => textOf(fields, 'EventKey');

const EVENTS = new Map<string, Read>([
  ['subscribe', (fields) => ({ type: 'subscribe', scene: sceneOf(keyOf(fields)) })],
  ['unsubscribe', () => ({ type: 'unsubscribe' })],
  ['SCAN', (fields) => ({ type: 'scan', scene: keyOf(fields) })],
  ['CLICK', (fields) => ({ type: 'click', key: keyOf(fields) })],
  ['VIEW', (fields) => ({ type: 'view', url: keyOf(fields) })],
  ['view_miniprogram', (fields) => ({ type: 'view-mini-program', pagePath: keyOf(fields) })],
  ['LOCATION', locationReport],
  ['scancode_push', (fields) => scanCode('scan-code', fields)],
  ['scancode_waitmsg', (fields) => scanCode('scan-code-wait', fields)],
  ['pic_sysphoto', (fields) => pictures('camera', fields)],
  ['pic_photo_or_album', (fields) => pictures('camera-or-album', fields)],
  ['pic_weixin', (fields) => pictures('album', fields)],
  ['location_select', locationSelect],
  ['TEMPLATESENDJOBFINISH', templateResult],
  ['MASSSENDJOBFINISH', massResult],
  ['PUBLISHJOBFINISH', publishResult],
  ['FREEPUBLISHJOBFINISH', publishResult],
  [
    'subscribe_msg_popup_event',
    (fields) => ({
      type: 'subscription-popup',
      choices: choices(fields, 'SubscribeMsgPopupEvent'),
    }),
  ],
  [
    'subscribe_msg_change_event',
    (fields) => ({
      type: 'subscription-change',
      choices: choices(fields, 'SubscribeMsgChangeEvent'),
    }),
  ],
  ['subscribe_msg_sent_event', (fields) => ({ type: 'subscription-sent', results: sent(fields) })],
  ['kf_create_session', (fields) => ({ type: 'desk-opened', account: deskAccount(fields) })],
  ['kf_close_session', (fields) => ({ type: 'desk-closed', account: deskAccount(fields) })],
  [
    'kf_switch_session',
    (fields) => ({
      type: 'desk-switched',
      fromAccount: textOf(fields, 'FromKfAccount'),
      toAccount: textOf(fields, 'ToKfAccount'),
    }),
  ],
  ['user_info_modified', (fields) => person('profile-modified', fields)],
  ['user_authorization_revoke', (fields) => person('authorization-revoked', fields)],
  ['user_authorization_cancellation', (fields) => person('authorization-cancelled', fields)],
  ['qualification_verify_success', (fields) => verification('success', fields)],
  ['naming_verify_success', (fields) => verification('success', fields)],
  ['annual_renew', (fields) => verification('renew', fields)],
  ['verify_expired', (fields) => verification('expired', fields)],
  ['qualification_verify_fail', (fields) => verification('failed', fields)],
  ['naming_verify_fail', (fields) => verification('failed', fields)],
]);

/** A plain follow has no scene; the prefix is taken off once, a scene may begin with it itself. */
function sceneOf(eventKey: string): string | null {
  return eventKey.startsWith(SCENE_PREFIX) ? eventKey.slice(SCENE_PREFIX.length) || null : null;
}

function locationReport(fields: XmlFields): Content {
  return {
    type: 'location-report',
    latitude: numberOf(fields, 'Latitude'),
    longitude: numberOf(fields, 'Longitude'),
    precision: numberOf(fields, 'Precision'),
  };
}

function scanCode(type: 'scan-code' | 'scan-code-wait', fields: XmlFields): Content {
  const info = groupOf(fields, 'ScanCodeInfo');
  const [scanType, scanResult] = [textOf(info, 'ScanType'), textOf(info, 'ScanResult')];
  return { type, key: keyOf(fields), scanType, scanResult };
}

function pictures(from: 'camera' | 'camera-or-album' | 'album', fields: XmlFields): Content {
  const count = numberOf(groupOf(fields, 'SendPicsInfo'), 'Count');
  return { type: 'pictures', key: keyOf(fields), from, count };
}

function locationSelect(fields: XmlFields): Content {
  const place = groupOf(fields, 'SendLocationInfo');
  return {
    type: 'location-select',
    key: keyOf(fields),
    latitude: numberOf(place, 'Location_X'),
    longitude: numberOf(place, 'Location_Y'),
    scale: numberOf(place, 'Scale'),
    label: textOf(place, 'Label'),
    poiName: textOf(place, 'Poiname'),
  };
}

/** The space after `failed:` comes and goes between documents, so parts of it are matched. */
function templateResult(fields: XmlFields): Content {
  const status = textOf(fields, 'Status').trim();
  const failed = status.includes('user block') ? 'blocked' : 'failed';
  return {
    type: 'template-result',
    templateMsgId: textOf(fields, 'MsgID'),
    status: status === 'success' ? 'success' : failed,
  };
}

function massResult(fields: XmlFields): Content {
  return {
    type: 'mass-result',
    massMsgId: textOf(fields, 'MsgID'),
    status: textOf(fields, 'Status'),
    totalCount: numberOf(fields, 'TotalCount'),
    filterCount: numberOf(fields, 'FilterCount'),
    sentCount: numberOf(fields, 'SentCount'),
    errorCount: numberOf(fields, 'ErrorCount'),
  };
}

function publishResult(fields: XmlFields): Content {
  const info = groupOf(fields, 'PublishEventInfo');
  return {
    type: 'publish-result',
    publishId: textOf(info, 'publish_id'),
    status: numberOf(info, 'publish_status'),
    articleId: textOrNull(info, 'article_id'),
  };
}

/** Documents show several lists in one container and several containers with one list each. */
function lists(fields: XmlFields, container: string): readonly XmlFields[] {
  return listOf(fields, container).flatMap((one) => listOf(one, 'List'));
}

function choices(fields: XmlFields, container: string): readonly SubscriptionChoice[] {
  return lists(fields, container).map((list) => ({
    templateId: textOf(list, 'TemplateId'),
    choice: textOf(list, 'SubscribeStatusString') === 'accept' ? 'accept' : 'reject',
  }));
}

function sent(fields: XmlFields): readonly SubscriptionResult[] {
  return lists(fields, 'SubscribeMsgSentEvent').map((list) => ({
    templateId: textOf(list, 'TemplateId'),
    msgId: textOf(list, 'MsgID'),
    errorCode: numberOf(list, 'ErrorCode'),
    errorStatus: textOf(list, 'ErrorStatus'),
  }));
}

function deskAccount(fields: XmlFields): string {
  return textOf(fields, 'KfAccount');
}

function person(
  type: 'profile-modified' | 'authorization-revoked' | 'authorization-cancelled',
  fields: XmlFields,
): Content {
  return { type, openId: textOf(fields, 'OpenID') };
}

function verification(
  outcome: 'success' | 'failed' | 'renew' | 'expired',
  fields: XmlFields,
): Content {
  const event = textOf(fields, 'Event').trim();
  return { type: 'verification', event, outcome, reason: textOrNull(fields, 'FailReason') };
}

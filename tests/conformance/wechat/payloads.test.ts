import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { XmlFields, XmlValue } from '../../../src/wechat/field.ts';
import { openEnvelope } from '../../../src/wechat/index.ts';
import { scanFlat } from '../../../src/wechat/scan-flat.ts';
import { signatureOf } from '../../../src/wechat/signature.ts';
import { parseAnyXml, parseXml } from '../../../src/wechat/xml.ts';

interface Payload {
  readonly id: string;
  readonly format: 'xml' | 'json';
  readonly msgType: string;
  readonly event: string | null;
  readonly body: string;
  readonly leaves: readonly (readonly [string, string])[];
  readonly expect: {
    readonly to: string;
    readonly from: string;
    readonly createTime: number;
    readonly msgId: string | null;
  };
  readonly dedupeOn?: readonly string[];
}

const file = new URL('payloads.json', import.meta.url);
const all: readonly Payload[] = JSON.parse(readFileSync(file, 'utf8')).items;
const payloads = all.filter(({ format }) => format === 'xml');

/** Every leaf in document order as [path, trimmed text]: the shape of the recorded ones. */
function leavesOf(value: XmlValue | undefined, path: string): (readonly [string, string])[] {
  if (typeof value === 'string') return [[path, value.trim()]];
  if (Array.isArray(value)) return value.flatMap((one: XmlValue) => leavesOf(one, path));
  return Object.entries((value ?? {}) as XmlFields).flatMap(([name, inner]) =>
    leavesOf(inner, path ? `${path}.${name}` : name),
  );
}

const query = {
  signature: signatureOf(['token', '1700000000', '1']),
  timestamp: '1700000000',
  nonce: '1',
};
const keys = {
  appId: 'wx0',
  token: 'token',
  mode: 'plain',
  aesKey: null,
  previousAesKey: null,
  toleranceSeconds: 0,
} as const;

function opened({ body }: Payload) {
  const message = openEnvelope(keys, query, { body: Buffer.from(body), now: new Date(0) });
  if (!message) throw new Error('a recorded push has the root element xml');
  return message;
}

/** Every value of a field on the first level, or inside the list of a report. */
function recorded({ leaves }: Payload, field: string): string {
  return leaves.find(([path]) => path === field || path.endsWith(`.${field}`))?.[1] ?? '';
}

/** The reference, 3.3, decides where the recording differs or says nothing. */
function dedupeKeyOf(payload: Payload): string {
  const value = (field: string) => recorded(payload, field);
  const { from, createTime } = payload.expect;
  if (/^(TEMPLATE|MASS)SENDJOBFINISH$/.test(payload.event ?? '')) {
    return `${payload.event}:${value('MsgID')}:${from}`;
  }
  if (payload.event === 'subscribe_msg_sent_event') {
    return `${payload.event}:${value('MsgID')}/${value('TemplateId')}:${from}`;
  }
  if (payload.leaves.some(([path]) => path === 'MsgId')) return value('MsgId');
  return `${from}:${createTime}:${payload.event ?? payload.msgType}:${value('EventKey')}`;
}

test('the recording holds 154 pushes in XML and 6 in JSON', () => {
  expect([payloads.length, all.length]).toEqual([154, 160]);
});

describe.each(payloads)('the recorded push $id', (payload) => {
  test('has the recorded leaves', () => {
    const { root, fields } = parseXml(Buffer.from(payload.body));
    expect(root).toBe('xml');
    expect(leavesOf(fields, '')).toEqual(payload.leaves);
  });

  test('is the same to xml2js', () => {
    expect(leavesOf(parseAnyXml(payload.body).fields, '')).toEqual(payload.leaves);
  });

  test('opens with the recorded envelope', () => {
    const message = opened(payload);
    expect(message).toMatchObject({
      toUserName: payload.expect.to,
      openId: payload.expect.from,
      sentAt: new Date(payload.expect.createTime * 1000),
      sealing: { form: 'plain' },
    });
    const hasMsgId = payload.leaves.some(([path]) => path === 'MsgId');
    expect(message.msgId).toBe(hasMsgId ? payload.expect.msgId : null);
  });

  test('is told apart by the fields of the reference', () => {
    expect(opened(payload).dedupeKey).toBe(dedupeKeyOf(payload));
  });
});

test('most recorded pushes are scanned, and exactly as xml2js reads them', () => {
  const scanned = payloads.flatMap(({ body }) => {
    const fields = scanFlat(body);
    return fields ? [{ body, fields }] : [];
  });
  for (const { body, fields } of scanned) expect(fields).toEqual(parseAnyXml(body).fields);
  expect(scanned.length).toBeGreaterThan(90);
});

test('every type and event of the reference is understood, and others keep their name', () => {
  const unknown = payloads
    .map((payload) => opened(payload).content)
    .flatMap((content) => (content.type === 'unknown' ? [content.name] : []));
  expect([...new Set(unknown)].toSorted()).toMatchInlineSnapshot(`
    [
      "ENTER",
      "Event",
      "ShakearoundUserShake",
      "WifiConnected",
      "add_store_audit_info",
      "apply_merchant_audit_info",
      "card_not_pass_check",
      "card_pass_check",
      "card_pay_order",
      "card_sku_remind",
      "create_map_poi_audit_info",
      "device_event",
      "device_text",
      "file",
      "giftcard_pay_done",
      "giftcard_send_to_friend",
      "giftcard_user_accept",
      "merchant_order",
      "modify_store_audit_info",
      "notsure",
      "poi_check_notify",
      "scan",
      "submit_invoice_title",
      "submit_membercard_user_info",
      "unknown",
      "update_invoice_status",
      "update_member_card",
      "user_authorize_invoice",
      "user_consume_card",
      "user_del_card",
      "user_enter_session_from_card",
      "user_get_card",
      "user_gifting_card",
      "user_pay_from_pay_cell",
      "user_scan_product",
      "user_scan_product_async",
      "user_scan_product_enter_session",
      "user_scan_product_verify_action",
      "user_view_card",
    ]
  `);
});

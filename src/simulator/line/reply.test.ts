import { describe, expect, test } from 'vitest';
import type { Account } from './account.ts';
import { encrypt, signatureOf } from './cipher.ts';
import { openReply } from './reply.ts';
import { writeXml } from './xml.ts';

const plain: Account = {
  name: '示范小店',
  appId: 'wxsim0000000000000',
  token: 'jifenwudemo',
  mode: 'plain',
  aesKey: null,
  originalId: 'gh_sim_0001',
};
const aesKey = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG';
const safe: Account = { ...plain, mode: 'safe', aesKey };
const compatible: Account = { ...plain, mode: 'compatible', aesKey };

function text(content: string, parties = { to: 'o_1', from: 'gh_sim_0001' }): string {
  return writeXml([
    ['ToUserName', parties.to],
    ['FromUserName', parties.from],
    ['CreateTime', 1_795_000_000],
    ['MsgType', 'text'],
    ['Content', content],
  ]);
}

function sealed(xml: string, token = safe.token): string {
  const cipher = encrypt({ aesKey, appId: safe.appId }, xml);
  return writeXml([
    ['Encrypt', cipher],
    ['MsgSignature', signatureOf(token, '1795000000', 'n', cipher)],
    ['TimeStamp', 1_795_000_000],
    ['Nonce', 'n'],
  ]);
}

describe('an answer to a push', () => {
  test.each(['', 'success', ' success\n'])('%j shows nothing', (body) => {
    expect(openReply(safe, 'o_1', body).heard).toBeNull();
  });

  test('a text is read with its line breaks and its tags', () => {
    const words = '签到成功 ]]> 好\n<a href="weixin://bizmsgmenu?msgmenucontent=签到">签到</a>';
    expect(openReply(plain, 'o_1', text(words)).heard).toEqual({ type: 'text', text: words });
  });

  test('an encrypted text is opened, and its plain form kept for the inspector', () => {
    const xml = text('签到成功');
    for (const account of [safe, compatible]) {
      expect(openReply(account, 'o_1', sealed(xml))).toEqual({
        heard: { type: 'text', text: '签到成功' },
        plain: xml,
      });
    }
    expect(openReply(compatible, 'o_1', xml).heard?.text).toBe('签到成功');
  });

  test('news, pictures and the human desk are understood', () => {
    const envelope = text('x').replace(/<MsgType>[\s\S]*/, '');
    const article = '<item><Title>礼品</Title><Url>http://localhost/h5</Url></item>';
    const news = `${envelope}<MsgType>news</MsgType><Articles>${article}</Articles></xml>`;
    expect(openReply(plain, 'o_1', news).heard?.text).toBe('礼品\nhttp://localhost/h5');
    const image = `${envelope}<MsgType>image</MsgType><Image><MediaId>m1</MediaId></Image></xml>`;
    expect(openReply(plain, 'o_1', image).heard).toEqual({ type: 'image', text: 'm1' });
    const desk = `${envelope}<MsgType>transfer_customer_service</MsgType></xml>`;
    expect(openReply(plain, 'o_1', desk).heard?.type).toBe('transfer_customer_service');
  });

  test.each([
    ['xml', plain, '{"errcode":0}'],
    ['xml', plain, '<xml><a></xml>'],
    ['xml', plain, '<!DOCTYPE x [<!ENTITY e "x">]><xml><a>&e;</a></xml>'],
    ['xml', plain, text('签到').replace('1795000000', 'soon')],
    ['parties', plain, text('签到', { to: 'gh_sim_0001', from: 'o_1' })],
    ['parties', plain, text('签到', { to: 'o_2', from: 'gh_sim_0001' })],
    ['type', plain, text('签到').replace('[text]', '[poem]')],
    ['type', plain, text('')],
    ['length', plain, text('长'.repeat(683))],
    ['encryption', plain, sealed(text('签到'))],
    ['encryption', safe, text('签到')],
    ['encryption', safe, sealed(text('签到'), 'othertoken')],
    ['parties', safe, sealed(text('签到', { to: 'gh_sim_0001', from: 'o_1' }))],
  ] as const)('is refused for %s', (problem, account, body) => {
    expect(() => openReply(account, 'o_1', body)).toThrow(`the reply is refused: ${problem}`);
  });
});

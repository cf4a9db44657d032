import { describe, expect, test } from 'vitest';
import { textPieces } from './text-pieces.ts';

describe('a message on the phone', () => {
  test('tapped words carry what they send and the id behind it', () => {
    const href = 'weixin://bizmsgmenu?msgmenucontent=+10%26签到&msgmenuid=ord_1';
    expect(textPieces(`换吗？<a href="${href}">确认</a>。`)).toEqual([
      { type: 'words', text: '换吗？' },
      { type: 'tap', text: '确认', sends: '+10&签到', menuId: 'ord_1' },
      { type: 'words', text: '。' },
    ]);
  });

  test('pages of the service open over the phone under this page’s own name', () => {
    expect(textPieces('规则：http://localhost:3000/h5/rules?a=1&b=2，看看')).toEqual([
      { type: 'words', text: '规则：' },
      {
        type: 'link',
        text: 'http://localhost:3000/h5/rules?a=1&b=2',
        url: '/h5/rules?a=1&b=2',
        framed: true,
      },
      { type: 'words', text: '，看看' },
    ]);
  });

  test('other addresses are links, but only web addresses are', () => {
    expect(textPieces('<a href="https://example.com/x">看</a>')).toEqual([
      { type: 'link', text: '看', url: 'https://example.com/x', framed: false },
    ]);
    for (const hostile of [
      '<a href="javascript:alert(1)">看</a>',
      '<a href="data:text/html,x">看</a>',
      '<img src=x onerror=alert(1)>',
      '<a href="https://x" onclick="alert(1)">看</a>'.replace('https://x', 'x'),
    ]) {
      expect(textPieces(hostile)).toEqual([{ type: 'words', text: hostile }]);
    }
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EnvelopeError } from './envelope-error.ts';
import { scanFlat } from './scan-flat.ts';
import { parseAnyXml, parseXml } from './xml.ts';

const parse = (text: string) => parseXml(Buffer.from(text)).fields;
const INVALID = expect.objectContaining({ name: 'EnvelopeError', code: 'XML_INVALID' });

test.each([
  ['CDATA', '<xml><A><![CDATA[a<b>&amp;]]></A></xml>', 'a<b>&amp;'],
  ['several sections', '<xml><A><![CDATA[a]]]]><![CDATA[>b]]></A></xml>', 'a]]>b'],
  ['an opening mark inside a section', '<xml><A><![CDATA[<![CDATA[x]]></A></xml>', '<![CDATA[x'],
  [
    'what looks forbidden, in CDATA',
    '<xml><A><![CDATA[<!DOCTYPE x><?y?>]]></A></xml>',
    '<!DOCTYPE x><?y?>',
  ],
  ['named entities', '<xml><A>&lt;&gt;&amp;&quot;&apos;</A></xml>', '<>&"\''],
  ['numeric entities', '<xml><A>&#31614;&#x5230;&#128512;&#x1F600;</A></xml>', '签到😀😀'],
  ['an entity that is not expanded twice', '<xml><A>&amp;lt;</A></xml>', '&lt;'],
  ['line ends of Windows', '<xml>\r\n<A><![CDATA[a\r\nb\rc]]></A>\r\n</xml>', 'a\nb\nc'],
  ['an empty element', '<xml><A/></xml>', ''],
  ['a blank text', '<xml><A>  </A></xml>', '  '],
  ['attributes, which are left out', '<xml a="1"><A b="2">x</A></xml>', 'x'],
  ['a declaration and a byte order mark', '\ufeff<?xml version="1.0"?>\n<xml><A>x</A></xml>', 'x'],
  ['ids of 64 bits', '<xml><A>18446744073709551615</A></xml>', '18446744073709551615'],
])('reads %s', (_, text, expected) => {
  expect(parse(text).A).toBe(expected);
});

test.each([
  [
    'an external entity',
    '<!DOCTYPE xml [<!ENTITY e SYSTEM "file:///etc/passwd">]><xml><A>&e;</A></xml>',
  ],
  ['entities within entities', '<!DOCTYPE x [<!ENTITY a "a"><!ENTITY b "&a;&a;">]><xml>&b;</xml>'],
  ['a document type', '<!DOCTYPE xml><xml><A>x</A></xml>'],
  ['a document type in small letters', '<!doctype xml><xml><A>x</A></xml>'],
  ['an entity declaration', '<xml><!ENTITY a "b"><A>x</A></xml>'],
  ['a processing instruction', '<xml><?php evil ?><A>x</A></xml>'],
  ['a second declaration', '<?xml version="1.0"?><?xml version="1.0"?><xml><A>x</A></xml>'],
  ['a comment', '<xml><!-- x --><A>x</A></xml>'],
  ['an entity of HTML', '<xml><A>&nbsp;</A></xml>'],
  ['an entity named like a method', '<xml><A>&constructor;</A></xml>'],
  ['a bare ampersand', '<xml><A>a & b</A></xml>'],
  ['half a character as entity', '<xml><A>&#xD800;</A></xml>'],
  ['an entity beyond Unicode', '<xml><A>&#x110000;</A></xml>'],
  ['the entity zero', '<xml><A>&#0;</A></xml>'],
  ['an unclosed section', '<xml><A><![CDATA[x</A></xml>'],
  ['an unclosed element', '<xml><A>x</A>'],
  ['crossed elements', '<xml><A><B>x</A></B></xml>'],
  ['text behind the root', '<xml><A>x</A></xml>y'],
  ['text before the root', 'y<xml><A>x</A></xml>'],
  ['two roots', '<xml><A>x</A></xml><xml><A>y</A></xml>'],
  ['two empty roots', '<xml/><xml/>'],
  ['JSON', '{"ToUserName":"gh_0"}'],
  ['nothing', ''],
  ['blanks', ' \n '],
  ['a prototype', '<xml><__proto__><admin>1</admin></__proto__></xml>'],
  ['a constructor', '<xml><constructor>x</constructor></xml>'],
])('refuses %s', (_, text) => {
  expect(() => parse(text)).toThrowError(INVALID);
});

test.each([
  ['a lone continuation byte', [0x80]],
  ['an overlong slash', [0xc0, 0xaf]],
  ['a surrogate', [0xed, 0xa0, 0x80]],
  ['a cut character', [0xe7, 0xad]],
])('refuses %s as broken UTF-8', (_, bytes) => {
  const [before, after] = ['<xml><A>', '</A></xml>'].map((text) => Buffer.from(text));
  const body = Buffer.concat([before ?? [], Buffer.from(bytes), after ?? []].map(Buffer.from));
  expect(() => parseXml(body)).toThrowError(INVALID);
});

test('8 levels are read and 9 refused', () => {
  const nested = (levels: number) =>
    `<xml>${'<a>'.repeat(levels - 1)}x${'</a>'.repeat(levels - 1)}</xml>`;
  expect(JSON.stringify(parse(nested(8)))).toBe(`${'{"a":'.repeat(7)}"x"${'}'.repeat(7)}`);
  expect(() => parse(nested(9))).toThrowError(INVALID);
});

test('several elements of one name become a list, and fields have no prototype', () => {
  const fields = parse('<xml><L><T>1</T></L><L><T>2</T></L></xml>');
  expect(fields.L).toEqual([{ T: '1' }, { T: '2' }]);
  expect(Object.getPrototypeOf(fields)).toBe(null);
  expect(Object.getPrototypeOf(parse('<xml><A>x</A></xml>'))).toBe(null);
});

test('another root element is told', () => {
  expect(parseXml(Buffer.from('<note><A>x</A></note>')).root).toBe('note');
});

describe('64 KiB that are made to be slow', () => {
  const size = 64 * 1024;
  test.each([
    ['unclosed sections', '<xml>'.padEnd(size, '<![CDATA[')],
    ['unclosed elements', '<xml>'.padEnd(size, '<a>')],
    ['wrong closing tags', '<xml>'.padEnd(size / 2, '<a>').padEnd(size, '</b>')],
    ['blanks', '<xml>'.padEnd(size, ' ')],
    ['sections that go on', `<xml><A><![CDATA[${']]>'.repeat(20_000)}`],
    ['ampersands', '<xml><A>'.padEnd(size, '&')],
    ['open angle brackets', '<xml><A>'.padEnd(size, '<')],
    ['attributes', '<xml '.padEnd(size, 'a="" ')],
  ])('%s are refused within a second', (_, text) => {
    const startedAt = performance.now();
    expect(() => parse(text)).toThrowError(INVALID);
    expect(performance.now() - startedAt).toBeLessThan(1000);
  });
});

const anyText = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 8 }),
  fc.string({ unit: 'binary', maxLength: 8 }),
);
/** Pieces that matter to a parser, so that mutations reach its corners. */
const piece = fc.oneof(
  { weight: 3, arbitrary: anyText },
  fc.constantFrom(
    ...['<xml>', '</xml>', '<A>', '</A>', '<B>', '</B>', '<A/>', '<![CDATA[', ']]>', ']]', '>'],
    ...[
      '<',
      '&',
      '&amp;',
      '&#38;',
      '&#x26;',
      '<!--',
      '-->',
      '<?x?>',
      '\n',
      '\r\n',
      ' ',
      '\t',
      '\0',
    ],
    ...['\ufeff', '\u00a0', '\u2028', '<constructor>', '</constructor>', '<_>', '</_>', 'a="b"'],
  ),
);
const name = fc.constantFrom(
  ...['ToUserName', 'FromUserName', 'Event', 'EventKey', 'Content', 'MsgId', 'MsgIdx', 'Msg'],
  ...['a1', '_', 'cdata'],
);
const value = fc.oneof(
  anyText.map((text) => `<![CDATA[${text.replaceAll(']]>', '')}]]>`),
  anyText.map((text) => text.replace(/[<&]/g, '')),
  piece,
);
const field = fc.tuple(name, value).map(([tag, text]) => `<${tag}>${text}</${tag}>`);
const message = fc
  .tuple(fc.array(field, { maxLength: 6 }), fc.constantFrom('', '\n', ' '))
  .map(([fields, space]) => `<xml>${space}${fields.join(space)}${space}</xml>`);
const mutated = fc
  .tuple(message, fc.nat(400), fc.nat(12), piece)
  .map(([text, at, drop, put]) => text.slice(0, at) + put + text.slice(at + drop));

function outcomeOf(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    if (error instanceof EnvelopeError) return error.code;
    throw error;
  }
}

test('the scanner and xml2js agree about every text that the scanner accepts', () => {
  let accepted = 0;
  const agree = (text: string) => {
    const lines = text.replace(/\r\n?/g, '\n');
    const fields = scanFlat(lines);
    if (!fields) return;
    accepted += 1;
    expect(parseAnyXml(lines)).toMatchObject({ root: 'xml' });
    expect(parseAnyXml(lines).fields).toEqual(fields);
  };
  fc.assert(fc.property(fc.oneof(message, mutated), agree), { numRuns: 3000 });
  expect(accepted).toBeGreaterThan(500);
});

test('no text and no bytes bring anything but a document or a refusal', () => {
  const texts = fc.oneof(
    message,
    mutated,
    fc.array(piece).map((all) => all.join('')),
  );
  const bodies = fc.oneof(
    texts.map((text) => Buffer.from(text)),
    fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  );
  fc.assert(
    fc.property(bodies, (body) => {
      const outcome = outcomeOf(() => parseXml(body));
      expect(outcome === 'XML_INVALID' || typeof outcome === 'object').toBe(true);
    }),
    { numRuns: 3000 },
  );
});

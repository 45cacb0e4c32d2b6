import { expect } from 'chai';
import fc from 'fast-check';
import { checkHeaders, type RequestHeaders } from '../../../src/domain/webhook-action/request-headers.js';
import { violationOf } from '../../support/specification.js';

const numbered = (count: number, value = 'x'): RequestHeaders =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`X-${String(index).padStart(2, '0')}`, value]));

const ACCEPTED: readonly (readonly [why: string, headers: RequestHeaders])[] = [
  ['none', {}],
  ['usual ones', { Authorization: 'Bearer abc', 'X-Api-Key': '123', Accept: '*/*' }],
  ['every character that a token may have', { "!#$%&'*+-.^_`|~09azAZ": 'x' }],
  ['one letter', { a: 'b' }],
  ['an empty value', { 'X-Empty': '' }],
  ['spaces and tabs inside', { 'X-Text': 'a b\tc' }],
  ['every visible character', { 'X-Text': '!"#$%&\'()*+,-./09:;<=>?@AZ[\\]^_`az{|}~' }],
  ['obs-text', { 'X-Text': '\u0080é\u00ff' }],
  ['obs-text that is white space elsewhere, at the end', { 'X-Text': 'Ã\u00a0' }],
  ['names that begin like reserved ones', { 'X-Host': 'a', 'Content-Type-Options': 'b', 'Webhook-Ids': 'c' }],
  ['the name of an inherited property', { constructor: 'x', toString: 'y' }],
  ['__proto__', JSON.parse('{"__proto__":"x"}') as RequestHeaders],
  ['as many as may be', numbered(50)],
  ['as large as may be', { 'X-00': 'x'.repeat(16_384 - 4) }],
  ['as large as may be, together', { 'X-00': 'x'.repeat(10_000), 'X-01': 'x'.repeat(6_384 - 8) }],
];

const RESERVED = [
  'Connection',
  'Content-Encoding',
  'Content-Length',
  'Content-Type',
  'Date',
  'Expect',
  'Host',
  'HTTP2-Settings',
  'Keep-Alive',
  'Klaviyo-Signature',
  'Klaviyo-Timestamp',
  'Klaviyo-Webhook-Id',
  'Proxy-Authorization',
  'Proxy-Connection',
  'TE',
  'Trailer',
  'Transfer-Encoding',
  'Upgrade',
  'User-Agent',
  'webhook-id',
  'webhook-signature',
  'webhook-timestamp',
  'X-Klaviyo-Flow-ID',
];

const REFUSED: readonly (readonly [why: string, headers: RequestHeaders, rule: string, pointer: string])[] = [
  ['an empty name', { '': 'x' }, 'header_name', '/'],
  ['a space in a name', { 'X Key': 'x' }, 'header_name', '/X Key'],
  ['a space before a name', { ' X-Key': 'x' }, 'header_name', '/ X-Key'],
  ['a colon in a name', { 'X-Key:': 'x' }, 'header_name', '/X-Key:'],
  ['a pseudo-header', { ':path': '/x' }, 'header_name', '/:path'],
  ['a line break in a name', { 'X\r\nY': 'x' }, 'header_name', '/X\r\nY'],
  ['a line feed after a name', { 'X\n': 'x' }, 'header_name', '/X\n'],
  ['NUL in a name', { 'X\0': 'x' }, 'header_name', '/X\0'],
  ['a letter beyond ASCII', { Größe: 'x' }, 'header_name', '/Größe'],
  ['the Kelvin sign, whose lower case is k', { '\u212aeep-Alive': 'x' }, 'header_name', '/\u212aeep-Alive'],
  ['a delimiter in a name', { 'a(b)': 'x' }, 'header_name', '/a(b)'],
  ['a name whose pointer needs escapes', { 'a/b~c/~': 'x' }, 'header_name', '/a~1b~0c~1~0'],
  ['a line break in a value', { 'X-Key': 'a\r\nX-Evil: b' }, 'header_value', '/X-Key'],
  ['a carriage return in a value', { 'X-Key': 'a\rb' }, 'header_value', '/X-Key'],
  ['a line feed in a value', { 'X-Key': 'a\nb' }, 'header_value', '/X-Key'],
  ['a line feed after a value', { 'X-Key': 'a\n' }, 'header_value', '/X-Key'],
  ['NUL in a value', { 'X-Key': 'a\0b' }, 'header_value', '/X-Key'],
  ['ESC in a value', { 'X-Key': '\u001b[31m' }, 'header_value', '/X-Key'],
  ['DEL in a value', { 'X-Key': 'a\u007f' }, 'header_value', '/X-Key'],
  ['a character of two bytes in a value', { 'X-Key': 'ā' }, 'header_value', '/X-Key'],
  ['an emoji in a value', { 'X-Key': '🎉' }, 'header_value', '/X-Key'],
  ['a space before a value', { 'X-Key': ' a' }, 'header_value', '/X-Key'],
  ['a space after a value', { 'X-Key': 'a ' }, 'header_value', '/X-Key'],
  ['a tab before a value', { 'X-Key': '\ta' }, 'header_value', '/X-Key'],
  ['a tab after a value', { 'X-Key': 'a\t' }, 'header_value', '/X-Key'],
  ['a value of spaces', { 'X-Key': '  ' }, 'header_value', '/X-Key'],
  ['the same name twice', { 'X-Key': 'a', 'x-key': 'b' }, 'header_repeated', '/x-key'],
  ['the same name twice, with the same value', { 'X-Key': 'a', 'X-KEY': 'a' }, 'header_repeated', '/X-KEY'],
  ['the second of two', { Good: 'a', 'B d': 'b' }, 'header_name', '/B d'],
  ['one too many', numbered(51), 'headers_too_large', ''],
  ['one byte too large', { 'X-00': 'x'.repeat(16_384 - 3) }, 'headers_too_large', ''],
  [
    'one byte too large, together',
    { 'X-00': 'x'.repeat(10_000), 'X-01': 'x'.repeat(6_384 - 7) },
    'headers_too_large',
    '',
  ],
];

describe('The headers of an action', () => {
  for (const [why, headers] of ACCEPTED) {
    it(`are taken as they are: ${why}`, () => {
      expect(checkHeaders(headers)).to.equal(headers);
    });
  }

  for (const [why, headers, rule, pointer] of REFUSED) {
    it(`are refused: ${why}`, () => {
      expect(violationOf(() => checkHeaders(headers))).to.include({ rule, pointer });
    });
  }

  for (const name of RESERVED) {
    it(`are refused: ${name} in any case, which the engine or HTTP sets`, () => {
      for (const spelt of [name, name.toLowerCase(), name.toUpperCase()]) {
        expect(violationOf(() => checkHeaders({ [spelt]: 'x' }))).to.include({
          rule: 'header_reserved',
          pointer: `/${spelt}`,
        });
      }
    });
  }

  it('never show a value in a refusal, since it may be a secret', () => {
    for (const value of ['secret\r\n', ' secret', 'secret ', 'secret\u{1f389}']) {
      expect(violationOf(() => checkHeaders({ 'X-Key': value })).message).not.to.include('secret');
    }
  });

  it('are what an HTTP client takes, or refused, whatever the text', () => {
    const text = fc.oneof(
      fc.string({ maxLength: 6 }),
      fc.string({ unit: 'binary', maxLength: 6 }),
      fc.string({
        unit: fc.constantFrom('a', 'Z', '-', ' ', '\t', '\r', '\n', '\0', ':', '\u00a0', 'ÿ'),
        maxLength: 6,
      }),
    );
    fc.assert(
      fc.property(text, text, (name, value) => {
        const headers = { [name]: value };
        try {
          checkHeaders(headers);
        } catch {
          return void violationOf(() => checkHeaders(headers));
        }
        expect(new Headers(headers).get(name)).to.equal(value);
      }),
      { numRuns: 1_000 },
    );
  });
});

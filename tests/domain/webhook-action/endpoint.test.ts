import { expect } from 'chai';
import fc from 'fast-check';
import { parseEndpoint } from '../../../src/domain/webhook-action/endpoint.js';
import { violationOf } from '../../support/specification.js';

const LONGEST = 8_000;
const LONGEST_HOST = `${`${'a'.repeat(49)}.`.repeat(5)}com`;
const ofLength = (length: number): string => 'https://example.com/'.padEnd(length, 'a');

const ACCEPTED: readonly (readonly [why: string, given: string, normal: string])[] = [
  ['plain', 'https://example.com/hooks/orders', 'https://example.com/hooks/orders'],
  ['host alone', 'https://example.com', 'https://example.com/'],
  ['any case', 'HTTPS://Example.COM/Hooks', 'https://example.com/Hooks'],
  ['default port', 'https://example.com:443/a', 'https://example.com/a'],
  ['other port', 'https://example.com:8443/a', 'https://example.com:8443/a'],
  ['largest port', 'https://example.com:65535/', 'https://example.com:65535/'],
  ['query', 'https://example.com/a?b=c&d=%20', 'https://example.com/a?b=c&d=%20'],
  ['dots in the path', 'https://example.com/a/../b/./c', 'https://example.com/b/c'],
  ['international name', 'https://bücher.example/ä', 'https://xn--bcher-kva.example/%C3%A4'],
  ['IPv4', 'https://192.0.2.7/', 'https://192.0.2.7/'],
  ['IPv4 in disguise', 'https://0xC0.0.2.7/', 'https://192.0.2.7/'],
  ['IPv6', 'https://[2001:db8::1]:8443/x', 'https://[2001:db8::1]:8443/x'],
  ['IPv6 in long', 'https://[2001:0DB8:0:0:0:0:0:1]/', 'https://[2001:db8::1]/'],
  ['an @ in the path', 'https://example.com/@team', 'https://example.com/@team'],
  ['an escaped #', 'https://example.com/%23', 'https://example.com/%23'],
  ['the longest', ofLength(LONGEST), ofLength(LONGEST)],
  ['the longest host', `https://${LONGEST_HOST}/`, `https://${LONGEST_HOST}/`],
];

const REFUSED: readonly (readonly [why: string, given: string, rule: string])[] = [
  ['http', 'http://example.com/', 'endpoint_not_https'],
  ['ftp', 'ftp://example.com/', 'endpoint_not_https'],
  ['file', 'file:///etc/passwd', 'endpoint_not_https'],
  ['mailto', 'mailto:ann@example.com', 'endpoint_not_https'],
  ['javascript', 'javascript:alert(1)', 'endpoint_not_https'],
  ['a scheme that begins like https', 'httpsx://example.com/', 'endpoint_not_https'],
  ['user name and password', 'https://ann:secret@example.com/', 'endpoint_credentials'],
  ['user name', 'https://ann@example.com/', 'endpoint_credentials'],
  ['password', 'https://:secret@example.com/', 'endpoint_credentials'],
  ['fragment', 'https://example.com/#top', 'endpoint_fragment'],
  ['bare #', 'https://example.com/#', 'endpoint_fragment'],
  ['bare # after a query', 'https://example.com/?a=b#', 'endpoint_fragment'],
  ['empty', '', 'endpoint_invalid'],
  ['a space', ' ', 'endpoint_invalid'],
  ['a space in front', ' https://example.com/', 'endpoint_invalid'],
  ['a space behind', 'https://example.com/ ', 'endpoint_invalid'],
  ['a space in the path', 'https://example.com/a b', 'endpoint_invalid'],
  ['a space in the host', 'https://exa mple.com/', 'endpoint_invalid'],
  ['a no-break space', 'https://example.com/a\u00a0b', 'endpoint_invalid'],
  ['a tab', 'https://example.com/a\tb', 'endpoint_invalid'],
  ['a line feed', 'https://example.com/a\nb', 'endpoint_invalid'],
  ['a carriage return', 'https://example.com/a\rb', 'endpoint_invalid'],
  ['a line feed in the scheme', 'ht\ntps://example.com/', 'endpoint_invalid'],
  ['a line feed at the end', 'https://example.com/\n', 'endpoint_invalid'],
  ['a line separator', 'https://example.com/\u2028', 'endpoint_invalid'],
  ['a host longer than any', `https://a${LONGEST_HOST}/`, 'endpoint_invalid'],
  ['NUL', 'https://example.com/\u0000', 'endpoint_invalid'],
  ['DEL', 'https://example.com/\u007f', 'endpoint_invalid'],
  ['a C1 control', 'https://example.com/\u0085', 'endpoint_invalid'],
  ['a byte order mark', '\ufeffhttps://example.com/', 'endpoint_invalid'],
  ['relative', '/hooks/orders', 'endpoint_invalid'],
  ['relative to the scheme', '//example.com/hooks', 'endpoint_invalid'],
  ['no scheme', 'example.com/hooks', 'endpoint_invalid'],
  ['no host', 'https://', 'endpoint_invalid'],
  ['no host but a port', 'https://:443/', 'endpoint_invalid'],
  ['no slashes', 'https:example.com/hooks', 'endpoint_invalid'],
  ['one slash', 'https:/example.com/hooks', 'endpoint_invalid'],
  ['three slashes', 'https:///example.com/hooks', 'endpoint_invalid'],
  ['backslashes', 'https:\\\\example.com\\hooks', 'endpoint_invalid'],
  ['a port that is none', 'https://example.com:65536/', 'endpoint_invalid'],
  ['a port of letters', 'https://example.com:https/', 'endpoint_invalid'],
  ['a broken IPv6 address', 'https://[2001:db8::1/', 'endpoint_invalid'],
  ['a broken IPv4 address', 'https://192.0.2.256/', 'endpoint_invalid'],
  ['a character that no host has', 'https://a<b.example/', 'endpoint_invalid'],
  ['too long', ofLength(LONGEST + 1), 'endpoint_invalid'],
  ['too long once it is encoded', `https://example.com/${'ä'.repeat(LONGEST / 6)}`, 'endpoint_invalid'],
];

const show = (text: string): string =>
  JSON.stringify(text.length > 60 ? `${text.slice(0, 30)}… (${text.length})` : text);

describe('An endpoint', () => {
  for (const [why, given, normal] of ACCEPTED) {
    it(`is taken: ${why}, ${show(given)}`, () => {
      expect(parseEndpoint(given).href).to.equal(normal);
    });
  }

  for (const [why, given, rule] of REFUSED) {
    it(`is refused: ${why}, ${show(given)}`, () => {
      expect(violationOf(() => parseEndpoint(given))).to.include({ rule, pointer: '' });
    });
  }

  it('is taken again in its normal form, and is the same then', () => {
    for (const [, given] of ACCEPTED) {
      const { href } = parseEndpoint(given);
      expect(parseEndpoint(href).href).to.equal(href);
    }
  });

  it('never says in a refusal what the credentials were', () => {
    expect(violationOf(() => parseEndpoint('https://ann:secret@example.com/')).message).not.to.match(/ann|secret/);
    expect(violationOf(() => parseEndpoint('http://ann:secret@example.com/')).message).not.to.match(/ann|secret/);
  });

  it('is an https URL without credentials and fragment, or refused by a rule, whatever the text', () => {
    const piece = fc.oneof(
      fc.constantFrom('https', 'http', ':', '/', '//', '@', '#', '?', '\\', '[', ']', '.', 'a.example', ':443', '%'),
      fc.string({ unit: 'binary', maxLength: 4 }),
    );
    const text = fc.oneof(
      fc.webUrl({ validSchemes: ['https', 'http'], withFragments: true, withQueryParameters: true }),
      fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('')),
      fc.array(piece, { maxLength: 8 }).map((pieces) => `https://${pieces.join('')}`),
    );
    fc.assert(
      fc.property(text, (given) => {
        let url: URL;
        try {
          url = parseEndpoint(given);
        } catch {
          return void violationOf(() => parseEndpoint(given));
        }
        expect(url).to.include({ protocol: 'https:', username: '', password: '', hash: '' });
        expect(url.href).to.match(/^https:\/\/[^/]/);
        expect(url.host).not.to.equal('');
      }),
      { numRuns: 1_000 },
    );
  });
});

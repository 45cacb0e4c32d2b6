import { expect } from 'chai';
import { TemplateError } from '../../../../src/application/ports/template-engine.js';
import { SafeText } from '../../../../src/infrastructure/templating/values/value.js';
import { BoundedBudget } from './bounded-budget.js';
import { filtered, printed, type Row } from './filtered.js';

const none = undefined;
const PLACEHOLDER = 'data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7';

const rows: readonly Row[] = [
  ["a b&c/é+~'", 'urlencodeplus', none, 'a+b%26c%2F%C3%A9%2B~%27'],
  ['😀', 'urlencodeplus', none, '%F0%9F%98%80'],
  ['\ud800', 'urlencodeplus', none, '%EF%BF%BD'],
  [undefined, 'urlencodeplus', none, ''],
  ['a%20b%C3%A9+c', 'urldecode', none, 'a bé+c'],
  ['%zz%4', 'urldecode', none, '%zz%4'],
  ['%ff', 'urldecode', none, '\ufffd'],
  ['%%41', 'urldecode', none, '%A'],
  ['a+b%2B%26', 'urldecodeplus', none, 'a b+&'],
  ['é😀', 'urldecodeplus', none, 'é😀'],

  ['héllo?>', 'base64_encode', none, 'aMOpbGxvPz4='],
  ['', 'base64_encode', none, ''],
  [12, 'base64_encode', none, 'MTI='],
  ['aMOpbGxvPz4=', 'base64_decode', none, 'héllo?>'],
  ['aMOpbGxvPz4', 'base64_decode', none, 'héllo?>'],
  ['aMOp\nbGxv', 'base64_decode', none, 'héllo'],
  ['a', 'base64_decode', none, ''],
  ['not base64!', 'base64_decode', none, ''],
  ['/w==', 'base64_decode', none, ''],
  ['a?>b>?', 'base64_encode', none, 'YT8+Yj4/'],
  ['a?>b>?', 'base64_url_safe_encode', none, 'YT8-Yj4_'],
  ['YT8-Yj4_', 'base64_url_safe_decode', none, 'a?>b>?'],
  ['YT8-Yj4_', 'base64_decode', none, ''],

  ['hello', 'md5_hash', none, '5d41402abc4b2a76b9719d911017c592'],
  ['hello', 'sha_1', none, 'aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d'],
  ['hello', 'sha_256', none, '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824'],
  ['é', 'md5_hash', none, '66ddcd97cfdeabb2f6fb8a999b4bc76f'],
  [undefined, 'md5_hash', none, 'd41d8cd98f00b204e9800998ecf8427e'],

  ['1 < 2 &amp; "3"', 'escape_once', none, '1 &lt; 2 &amp; &quot;3&quot;'],
  ["&#39; &#x27; & &x &bogus; 'a'", 'escape_once', none, '&#39; &#x27; &amp; &amp;x &bogus; &#x27;a&#x27;'],
  ['', 'escape_once', none, ''],

  ['example.com/a', 'httpize', none, 'http://example.com/a'],
  ['https://example.com', 'httpize', none, 'https://example.com'],
  ['HTTP://example.com', 'httpize', none, 'HTTP://example.com'],
  ['//cdn.example.com/a', 'httpize', none, 'http://cdn.example.com/a'],
  ['example.com:8080/a?u=http://b', 'httpize', none, 'http://example.com:8080/a?u=http://b'],
  ['', 'httpize', none, ''],
  [undefined, 'httpize', none, ''],
  ['https://example.com/a/', 'trim_slash', none, 'https://example.com/a'],
  ['a//', 'trim_slash', none, 'a'],
  ['/', 'trim_slash', none, ''],
  ['/a', 'trim_slash', none, '/a'],

  ['https://example.com/a.png', 'missing_image', none, 'https://example.com/a.png'],
  [undefined, 'missing_image', none, PLACEHOLDER],
  [null, 'missing_image', none, PLACEHOLDER],
  ['', 'missing_product_image', none, PLACEHOLDER],
  ['', 'missing_product_image', 'https://example.com/none.png', 'https://example.com/none.png'],
];

describe("Klaviyo's filters of encodings and addresses", () => {
  for (const [value, filter, argument, output] of rows) {
    it(`${JSON.stringify(value)}|${filter}:${JSON.stringify(argument)} prints ${output}`, () => {
      expect(printed(filter, value, argument)).to.equal(output);
    });
  }

  it('escape_once gives a text that is not escaped again', () => {
    expect(filtered('escape_once', '<')).to.be.instanceOf(SafeText);
  });

  it('stay linear and within the bounds of a text', () => {
    const long = '&'.repeat(500_000);
    for (const filter of ['urlencodeplus', 'escape_once']) {
      expect(() => filtered(filter, long), filter)
        .to.throw(TemplateError)
        .with.property('errorClass', 'limit');
    }
    expect(() => filtered('base64_encode', 'x'.repeat(900_000))).to.throw(TemplateError);
    expect(() => filtered('md5_hash', 'x'.repeat(1000), none, new BoundedBudget(999))).to.throw(TemplateError);
    const began = performance.now();
    filtered('base64_decode', `${'a'.repeat(900_000)}!`);
    filtered('httpize', 'a'.repeat(900_000));
    filtered('escape_once', `&${'a'.repeat(900_000)}`);
    filtered('trim_slash', `${'/'.repeat(900_000)}a`);
    expect(performance.now() - began).to.be.below(2000);
  });
});

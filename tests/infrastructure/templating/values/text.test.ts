import { expect } from 'chai';
import { isCombining } from '../../../../src/infrastructure/templating/values/combining.js';
import { fromJson, fromPlain } from '../../../../src/infrastructure/templating/values/from-json.js';
import { conditionalEscape, escapeHtml } from '../../../../src/infrastructure/templating/values/html.js';
import { iterate, lengthOf } from '../../../../src/infrastructure/templating/values/iterating.js';
import { titleCase } from '../../../../src/infrastructure/templating/values/letter-case.js';
import { codePoints, length, sliceText, textOf } from '../../../../src/infrastructure/templating/values/text.js';
import { occurrences } from '../../../../src/infrastructure/templating/values/text-search.js';
import {
  PyDateTime,
  PyError,
  PyFloat,
  SafeText,
  Tuple,
} from '../../../../src/infrastructure/templating/values/value.js';
import { strip, words } from '../../../../src/infrastructure/templating/values/white-space.js';
import { TestBudget } from './test-budget.js';

const budget = new TestBudget();

describe('Texts', () => {
  it('are counted by code point', () => {
    expect(length('a😀é')).to.equal(3);
    expect(codePoints('a😀')).to.deep.equal(['a', '😀']);
    expect(sliceText('a😀bc', 1, 3)).to.equal('😀b');
    expect(sliceText('abc', 1)).to.equal('bc');
    expect(sliceText('abc', 2, 9)).to.equal('c');
  });

  it('know their mark', () => {
    expect(textOf(new SafeText('<'), budget)).to.deep.equal({ text: '<', safe: true });
    expect(textOf([1], budget)).to.deep.equal({ text: '[1]', safe: false });
  });

  it('are escaped by five entities, once', () => {
    expect(escapeHtml(`<a href="x">O'Neil & co</a>`)).to.equal(
      '&lt;a href=&quot;x&quot;&gt;O&#x27;Neil &amp; co&lt;/a&gt;',
    );
    expect(conditionalEscape(new SafeText('<'), budget).text).to.equal('<');
    expect(conditionalEscape(['<'], budget).text).to.equal('[&#x27;&lt;&#x27;]');
  });

  it("have Python's white space", () => {
    expect(words(' a\x1cb\u2003c\ufeffd ')).to.deep.equal(['a', 'b', 'c\ufeffd']);
    expect(strip('\x85 a b\u3000')).to.equal('a b');
  });

  it('are searched alike, however long the needle', () => {
    const needle = 'ab'.repeat(50);
    expect(occurrences(`x${needle}${needle}ab`, needle)).to.deep.equal([1, 101]);
    expect(occurrences('aaaa', 'aa')).to.deep.equal([0, 2]);
  });

  const titles: [text: string, title: string][] = [
    ["joe's x-ray", "Joe'S X-Ray"],
    ['ǆ ß ŉ ﬁx', 'ǅ Ss ʼN Fix'],
    ['ΟΔΟΣ ΣΑΣ', 'Οδος Σας'],
    ['ა ᾳ', 'ა ᾼ'],
    ['ÀÉ 1st', 'Àé 1St'],
  ];
  for (const [text, title] of titles) it(`${text} in title case`, () => expect(titleCase(text)).to.equal(title));

  it('tell marks that combine from others', () => {
    expect(['\u0301', '\u0334', '\u0345', '\u0344', '\u3099'].every(isCombining)).to.equal(true);
    expect(['a', 'é', '\ufe0f', '\u0e31', '\u0c48', '\u0f73', '😀'].some(isCombining)).to.equal(false);
  });
});

describe('Iterating', () => {
  it('goes over items, characters and keys', () => {
    expect(iterate([1, 2], budget)).to.deep.equal([1, 2]);
    expect(iterate(new Tuple([1]), budget)).to.deep.equal([1]);
    expect(iterate('a😀', budget)).to.deep.equal(['a', '😀']);
    expect(iterate({ b: 1, a: 2 }, budget)).to.deep.equal(['b', 'a']);
    expect(() => iterate(7, budget)).to.throw(PyError, 'not iterable');
    expect(() => iterate(null, budget)).to.throw(PyError);
  });

  it('knows how many there are', () => {
    expect([[1], new SafeText('a😀'), { a: 1 }, new Tuple([])].map(lengthOf)).to.deep.equal([1, 2, 1, 0]);
    expect([7, null, undefined, true].map(lengthOf)).to.deep.equal([undefined, undefined, undefined, undefined]);
  });
});

describe('JSON', () => {
  it('keeps floats and big ints', () => {
    expect(fromJson('[20.0, 1e2, 3.5, -0, 12345678901234567890, 1E400]')).to.deep.equal([
      new PyFloat(20),
      new PyFloat(100),
      3.5,
      0,
      12345678901234567890n,
      new PyFloat(Number.POSITIVE_INFINITY),
    ]);
  });

  it('reads moments', () => {
    expect(fromJson('{"a": {"$datetime": "2024-03-05T14:07:09.123456+02:00"}}')).to.deep.equal({
      a: new PyDateTime(Date.UTC(2024, 2, 5, 14, 7, 9, 123), 456, 120),
    });
    expect(fromJson('{"$datetime": "2024-03-05", "more": 1}')).to.deep.equal({ $datetime: '2024-03-05', more: 1 });
    expect(() => fromJson('{"$datetime": "someday"}')).to.throw(SyntaxError, 'someday');
  });

  it('lets no key reach a prototype', () => {
    const dict = fromJson('{"__proto__": {"polluted": 1}}') as object;
    expect(Object.hasOwn(dict, '__proto__')).to.equal(true);
    expect(Object.getPrototypeOf(dict)).to.equal(Object.prototype);
    expect(({} as { polluted?: number }).polluted).to.equal(undefined);
  });

  it('refuses what is no JSON or too deep', () => {
    expect(() => fromJson('{')).to.throw(SyntaxError);
    expect(() => fromJson('['.repeat(200_000) + ']'.repeat(200_000))).to.throw(SyntaxError, 'deeply');
  });

  it('takes plain values as they are', () => {
    const plain = { a: [1, { b: 2 }] };
    expect(fromPlain(plain)).to.equal(plain);
  });
});

import { expect } from 'chai';
import { TemplateError } from '../../../../src/application/ports/template-engine.js';
import { PyError } from '../../../../src/infrastructure/templating/values/value.js';
import { BoundedBudget } from './bounded-budget.js';
import { filtered } from './filtered.js';

/** Text, pattern, and what Python's `re.split` gives. */
const rows: readonly (readonly [string, string, readonly string[]])[] = [
  ['a, b;c', '[,;]\\s*', ['a', 'b', 'c']],
  ['a1b22c', '\\d+', ['a', 'b', 'c']],
  ['a  b\tc', '\\s+', ['a', 'b', 'c']],
  ['abc', 'x', ['abc']],
  ['', 'x', ['']],
  ['axbc', 'x*', ['', 'a', '', 'b', 'c', '']],
  ['Words, words', '\\b', ['', 'Words', ', ', 'words', '']],
  ['a-b_c', '[-_]', ['a', 'b', 'c']],
  ['a]b', '[]]', ['a', 'b']],
  ['abcd', '[^a-c]', ['abc', '']],
  ['foobarbaz', 'bar|baz', ['foo', '', '']],
  ['aXXXb', 'X{2}', ['a', 'Xb']],
  ['aXXXb', 'X{2,}', ['a', 'b']],
  ['aXXXb', 'X{,2}?', ['', 'a', '', '', '', '', '', '', 'b', '']],
  ['aXXXb', 'X+?', ['a', '', '', 'b']],
  ['a(b)c', '\\(b\\)', ['a', 'c']],
  ['key=value', '(?P<sign>=)', ['key', 'value']],
  ['2024-01-30', '(?:-)', ['2024', '01', '30']],
  ['a\nb', '.', ['', '\n', '']],
  ['a\nb', '$', ['a\nb', '']],
  ['ab\n', '$', ['ab', '\n', '']],
  ['ab\n', '\\Z', ['ab\n', '']],
  ['ab', '^', ['', 'ab']],
  ['aéb٣c', '\\d', ['aéb', 'c']],
  ['a😀b', '\\W', ['a', 'b']],
  ['a😀😀b', '😀{2}', ['a', 'b']],
  ['a\u0041b', '\\x41', ['a', 'b']],
  ['a{b', '{', ['a', 'b']],
  ['a{2,x}b', '{2,x}', ['a', 'b']],
  ['xaab', '(a|ab)(c|bcd)?', ['x', '', 'b']],
  ['abab', '(?:ab)*', ['', '', '']],
  ['ab', '(?:|a)+', ['', '', '', 'b', '']],
  ['a.b', '\\.', ['a', 'b']],
];

const refused: readonly (readonly [string, string])[] = [
  ['(a)\\1', 'back-references'],
  ['(?P<n>a)(?P=n)', 'back-references'],
  ['(?=a)', 'look-around'],
  ['(?!a)', 'look-around'],
  ['(?<=a)b', 'look-around'],
  ['(?<!a)b', 'look-around'],
  ['(?i)a', 'not supported'],
  ['(a)(?(1)b)', 'conditions'],
  ['a++', 'possessive'],
  ['a**', 'repeat of a repeat'],
  ['*a', 'nothing to repeat'],
  ['a{3,2}', 'minimum'],
  ['a{100000}', 'more than 1000'],
  ['(a', 'not closed'],
  ['a)', 'opening'],
  ['[a', 'not closed'],
  ['[b-a]', 'backwards'],
  ['^*', 'anchor'],
  ['\\', 'ends too early'],
  ['\\q', 'not supported'],
  ['\\x4', 'hexadecimal'],
  ['a'.repeat(1001), 'longer'],
  ['((a{1000}){1000}){1000}', 'too large'],
  ['(){1000}'.repeat(120), 'too large'],
  [`${'('.repeat(400)}a${')'.repeat(400)}`, 'groups in each other'],
];

describe('resplit', () => {
  for (const [text, pattern, pieces] of rows) {
    it(`splits ${JSON.stringify(text)} by ${pattern}`, () => {
      expect(filtered('resplit', text, pattern)).to.deep.equal(pieces);
    });
  }

  for (const [pattern, reason] of refused) {
    it(`refuses ${pattern.slice(0, 40)}: ${reason}`, () => {
      expect(() => filtered('resplit', 'aaa', pattern)).to.throw(PyError, reason);
    });
  }

  const hostile = ['(a+)+$', '(a|a)*$', '(a|aa)+$', '(.*)*x', '(a*)*b', '(x+x+)+y', '(?:a?){500}a{500}'];
  for (const pattern of hostile) {
    it(`needs work in proportion to the text for ${pattern}`, () => {
      const workFor = (length: number): number => {
        const budget = new BoundedBudget(Number.MAX_SAFE_INTEGER);
        filtered('resplit', `${'a'.repeat(length)}!`, pattern, budget);
        return Number.MAX_SAFE_INTEGER - budget.left;
      };
      expect(workFor(2000) / workFor(1000)).to.be.below(2.5);
    });
  }

  it('stops where the budget is used up', () => {
    const search = (): unknown =>
      filtered('resplit', 'a'.repeat(100_000), '(?:a?){500}b', new BoundedBudget(1_000_000));
    expect(search).to.throw(TemplateError).with.property('errorClass', 'limit');
    // Each match of this one is found only after a look at the whole rest.
    const many = (): unknown => filtered('resplit', 'a'.repeat(100_000), 'a.*b|a', new BoundedBudget(10_000_000));
    expect(many).to.throw(TemplateError).with.property('errorClass', 'limit');
  });
});

import { expect } from 'chai';
import { TemplateError } from '../../../../src/application/ports/template-engine.js';
import { SafeText } from '../../../../src/infrastructure/templating/values/value.js';
import { BoundedBudget } from './bounded-budget.js';
import { filtered, printed, type Row } from './filtered.js';

const none = undefined;

const rows: readonly Row[] = [
  // The table's own examples.
  ['hello', 'append', ' world', 'hello world'],
  ['Hi, there,', 'find_replace', ',|-', 'Hi- there-'],
  ['a,b', 'split', ',', "['a', 'b']"],

  [5, 'append', 6, '56'],
  [undefined, 'append', 'x', 'x'],
  [null, 'append', 'x', 'Nonex'],
  ['x', 'append', undefined, 'x'],
  ['world', 'prepend', 'hello ', 'hello world'],
  ['hello', 'concat', ' world', 'hello world'],
  [[1, 2], 'concat', [3], '[1, 2, 3]'],
  [[1, 2], 'concat', 'x', "[1, 2, 'x']"],
  [[], 'concat', [], '[]'],
  [undefined, 'concat', 'x', 'x'],

  ['hello World', 'capitalize', none, 'Hello World'],
  ['émile', 'capitalize', none, 'Émile'],
  ['', 'capitalize', none, ''],
  ['HeLLo', 'downcase', none, 'hello'],
  ['HeLLo', 'upcase', none, 'HELLO'],
  ['straße', 'upcase', none, 'STRASSE'],

  ['  hi \n', 'strip', none, 'hi'],
  ['  hi ', 'lstrip', none, 'hi '],
  ['  hi ', 'rstrip', none, '  hi'],
  ['\u00a0\u3000hi\u2003', 'strip', none, 'hi'],
  ['\ufeffhi', 'strip', none, '\ufeffhi'],
  ['   ', 'strip', none, ''],
  ['a\r\nb\nc\rd', 'strip_newlines', none, 'abcd'],
  ['a\nb\r\nc', 'newline_to_br', none, 'a<br>b<br>c'],
  ['<a>\nb', 'newline_to_br', none, '&lt;a&gt;<br>b'],
  ['<p>a <b>c</b></p>', 'strip_html', none, 'a c'],

  ['hello world', 'truncate', 5, 'hell…'],
  ['hello', 'truncate', 5, 'hello'],
  ['x'.repeat(50), 'truncate', none, 'x'.repeat(50)],
  ['x'.repeat(51), 'truncate', none, `${'x'.repeat(49)}…`],
  ['😀😀😀', 'truncate', 2, '😀…'],

  ['aXbXc', 'find_replace', 'X|', 'abc'],
  ['a|b', 'find_replace', 'no bar', 'a|b'],
  ['a', 'find_replace', 'a', 'a'],
  ['abc', 'find_replace', '|x', 'abc'],
  ['abc', 'find_replace', 'b|x|y', 'ax|yc'],
  ['aaa', 'find_replace', 'aa|b', 'ba'],
  [undefined, 'find_replace', 'a|b', ''],
  [10, 'find_replace', '0|1', '11'],
  ['$&', 'find_replace', '$&|$$', '$$'],
  ['a-a-a', 'replace_first', 'a|b', 'b-a-a'],
  ['a-a-a', 'replace_last', 'a|b', 'a-a-b'],
  ['aaa', 'replace_last', 'aa|b', 'ab'],
  ['abc', 'replace_last', 'x|y', 'abc'],
  ['hello world', 'remove', 'o', 'hell wrld'],
  ['hello', 'remove', '', 'hello'],
  ['hello world', 'remove_first', 'o', 'hell world'],
  ['hello world', 'remove_last', 'o', 'hello wrld'],
  ['12341234123412341234', 'remove', '123412341234', '12341234'],
  ['12341234123412341234', 'remove_last', '123412341234', '12341234'],

  ['a, b,,c', 'split', ',', "['a', ' b', '', 'c']"],
  ['', 'split', ',', "['']"],
  ['a  b\tc ', 'split', none, "['a', 'b', 'c']"],
  ['añ😀', 'split', '', "['a', 'ñ', '😀']"],
  ['a<->b<->c', 'split', '<->', "['a', 'b', 'c']"],
  ['ab', 'split', 'abcdefghij', "['ab']"],
  [undefined, 'split', ',', "['']"],
];

describe("Klaviyo's filters of texts", () => {
  for (const [value, filter, argument, output] of rows) {
    it(`${JSON.stringify(value)}|${filter}:${JSON.stringify(argument)} prints ${output}`, () => {
      expect(printed(filter, value, argument)).to.equal(output);
    });
  }

  it('add up to a safe text only if both parts are safe', () => {
    expect(filtered('append', new SafeText('a'), new SafeText('<br>'))).to.be.instanceOf(SafeText);
    expect(filtered('append', new SafeText('a'), '<br>')).to.equal('a<br>');
    expect(filtered('prepend', 'a', new SafeText('<br>'))).to.equal('<br>a');
    expect(filtered('concat', new SafeText('a'), '<br>')).to.equal('a<br>');
  });

  it('refuse to grow a text beyond its bound', () => {
    const long = 'x'.repeat(600_000);
    for (const [filter, argument] of [
      ['append', long],
      ['prepend', long],
      ['concat', long],
      ['find_replace', 'x|yy'],
    ] as const) {
      expect(() => filtered(filter, long, argument), filter)
        .to.throw(TemplateError)
        .with.property('errorClass', 'limit');
    }
  });

  it('take linear time where a search by the machine would not', () => {
    const text = 'a'.repeat(500_000);
    const needle = `${'a'.repeat(250_000)}b`;
    const began = performance.now();
    expect(filtered('remove', text, needle)).to.equal(text);
    expect(filtered('remove', text, `b${'a'.repeat(250_000)}`)).to.equal(text);
    expect((filtered('split', text, needle) as string[]).length).to.equal(1);
    expect(performance.now() - began).to.be.below(2000);
  });

  it('charge a split before its pieces are made', () => {
    expect(() => filtered('split', ','.repeat(10_000), ',', new BoundedBudget(12_000))).to.throw(TemplateError);
  });
});

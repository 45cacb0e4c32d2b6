import { expect } from 'chai';
import { TemplateError } from '../../../../src/application/ports/template-engine.js';
import { PyFloat, SafeText, Tuple, type Value } from '../../../../src/infrastructure/templating/values/value.js';
import { BoundedBudget } from './bounded-budget.js';
import { filtered, printed, type Row } from './filtered.js';

const none = undefined;
const UNIQUE_BIG_INTS = `[1180591620717411303424, 1180591620717411303425, 1${'0'.repeat(400)}]`;
const people: Value = [
  { name: 'a', a: 1, address: { city: 'Rome' } },
  { name: 'b', a: 3, address: { city: 'Bern' } },
  { name: 'A', a: '5' },
];

const rows: readonly Row[] = [
  // The table's own examples.
  [['apple', 'banana', 'orange'], 'list_to_string', none, 'apple, banana and orange'],
  [[{ name: 'a' }, { name: 'b' }], 'list_where', 'name=a', "[{'name': 'a'}]"],
  [[{ a: 1 }, { a: 3 }], 'dictfilter', 'a>2', "[{'a': 3}]"],

  [[1, 2, 3], 'count', none, '3'],
  ['héllo😀', 'count', none, '6'],
  [[], 'size', none, '0'],
  [undefined, 'size', none, '0'],
  [5, 'size', none, '0'],

  [[1, null, 0, '', undefined, false], 'compact', none, "[1, 0, '', False]"],
  [new Tuple([1, null]), 'compact', none, '[1]'],
  ['x', 'compact', none, 'x'],

  [['a'], 'list_to_string', none, 'a'],
  [['a', 'b'], 'list_to_string', none, 'a and b'],
  [[], 'list_to_string', none, ''],
  [[1, null, 2.5], 'list_to_string', none, '1, None and 2.5'],
  ['text', 'list_to_string', none, 'text'],
  [undefined, 'list_to_string', none, ''],

  [people, 'list_where', 'name', printedPeople(0, 1, 2)],
  [people, 'list_where', 'address.city=Rome', printedPeople(0)],
  [people, 'list_where', 'address', printedPeople(0, 1)],
  [people, 'list_where', 'name = "b"', printedPeople(1)],
  [people, 'list_where', 'name=nobody', '[]'],
  [people, 'dictfilter', 'a>=3', printedPeople(1, 2)],
  [people, 'dictfilter', 'a=>3', printedPeople(1, 2)],
  [people, 'dictfilter', 'a<3', printedPeople(0)],
  [people, 'dictfilter', 'a<=3', printedPeople(0, 1)],
  [people, 'dictfilter', 'a==3.0', printedPeople(1)],
  [people, 'dictfilter', 'a=5', printedPeople(2)],
  [people, 'dictfilter', 'name!=a', printedPeople(1, 2)],
  [people, 'dictfilter', 'name>a', printedPeople(1)],
  [people, 'dictfilter', 'nope>1', '[]'],
  [people, 'dictfilter', 'nope!=1', printedPeople(0, 1, 2)],
  [people, 'dictfilter', '', '[]'],
  [people, 'dictfilter', '__proto__', '[]'],
  [people, 'dictfilter', 'constructor', '[]'],
  [[{ on: true }, { on: false }, { on: null }], 'list_where', 'on=true', "[{'on': True}]"],
  [[{ on: true }, { on: false }, { on: null }], 'list_where', 'on=None', "[{'on': None}]"],
  [[1, 'x', null], 'list_where', 'a=1', '[]'],
  ['text', 'list_where', 'a=1', '[]'],
  [undefined, 'list_where', 'a=1', '[]'],

  [people, 'map', 'name', "['a', 'b', 'A']"],
  [people, 'map', 'address.city', "['Rome', 'Bern', None]"],
  [[[1, 2], [3]], 'map', '1', '[2, None]'],
  [people, 'map', 'toString', '[None, None, None]'],
  [[], 'map', 'name', '[]'],
  [undefined, 'map', 'name', ''],

  [[1, 2, 3], 'reverse', none, '[3, 2, 1]'],
  ['añ😀', 'reverse', none, '😀ña'],
  [undefined, 'reverse', none, ''],
  [12, 'reverse', none, '12'],

  [[3, 1, new PyFloat(2)], 'sort', none, '[1, 2.0, 3]'],
  [['b', 'B', 'a'], 'sort', none, "['B', 'a', 'b']"],
  [['10', '9'], 'sort', none, "['10', '9']"],
  [[2, null, 1], 'sort', none, '[1, 2, None]'],
  [[1, 'x', 2], 'sort', none, "[1, 'x', 2]"],
  [[{ n: 2 }, { m: 1 }, { n: 1 }], 'sort', 'n', "[{'n': 1}, {'n': 2}, {'m': 1}]"],
  [[], 'sort', none, '[]'],
  ['ba', 'sort', none, 'ba'],
  [['b', 'C', 'a'], 'sort_natural', none, "['a', 'b', 'C']"],
  [[{ n: 'b' }, { n: 'A' }], 'sort_natural', 'n', "[{'n': 'A'}, {'n': 'b'}]"],

  [[1, 2, 1, new PyFloat(1), true, '1', new SafeText('1')], 'uniq', none, "[1, 2, '1']"],
  [[[1], [1], { a: 1 }, { a: 1 }], 'uniq', none, "[[1], {'a': 1}]"],
  [[{ n: 1, m: 1 }, { n: 1, m: 2 }, { n: 2 }], 'uniq', 'n', "[{'n': 1, 'm': 1}, {'n': 2}]"],
  [[2n ** 70n, new PyFloat(2 ** 70), 2n ** 70n + 1n, 10n ** 400n, 10n ** 400n], 'uniq', none, UNIQUE_BIG_INTS],
  [[], 'uniq', none, '[]'],
  ['aa', 'uniq', none, 'aa'],

  [{ 'Collection Names': ['a'], $value: 5 }, 'lookup', '$value', '5'],
  [{ 'Collection Names': ['a'] }, 'lookup', 'Collection Names', "['a']"],
  [['a', 'b'], 'lookup', '1', 'b'],
  [['a', 'b'], 'lookup', 1, 'b'],
  [['a', 'b'], 'lookup', '2', ''],
  [['a', 'b'], 'lookup', '-1', ''],
  [['a', 'b'], 'lookup', 'length', ''],
  [{ '0': 'zero' }, 'lookup', 0, 'zero'],
  [{ a: 1 }, 'lookup', 'b', ''],
  [{ a: 1 }, 'lookup', 'toString', ''],
  [{ a: 1 }, 'lookup', '__proto__', ''],
  [{ a: 1 }, 'lookup', 'constructor', ''],
  [new SafeText('x'), 'lookup', 'text', ''],
  [new PyFloat(1), 'lookup', 'value', ''],
  ['text', 'lookup', '0', ''],
  [null, 'lookup', 'a', ''],
  [undefined, 'lookup', 'a', ''],
];

function printedPeople(...indexes: readonly number[]): string {
  const texts = [
    "{'name': 'a', 'a': 1, 'address': {'city': 'Rome'}}",
    "{'name': 'b', 'a': 3, 'address': {'city': 'Bern'}}",
    "{'name': 'A', 'a': '5'}",
  ];
  return `[${indexes.map((index) => texts[index]).join(', ')}]`;
}

const bigintAsText = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? `${value}` : value);

describe("Klaviyo's filters of lists", () => {
  for (const [value, filter, argument, output] of rows) {
    it(`${String(JSON.stringify(value, bigintAsText)).slice(0, 100)}|${filter}:${JSON.stringify(argument)} prints ${output.slice(0, 100)}`, () => {
      expect(printed(filter, value, argument)).to.equal(output);
    });
  }

  it('gives what is not there as missing, not as a text', () => {
    expect(filtered('lookup', { a: 1 }, 'b')).to.equal(undefined);
  });

  it("reads a property named __proto__ that is a dict's own", () => {
    expect(printed('lookup', JSON.parse('{"__proto__": 1}') as Value, '__proto__')).to.equal('1');
  });

  it('leaves its input as it was', () => {
    const list = Object.freeze([2, 1, 2]);
    for (const filter of ['sort', 'reverse', 'uniq', 'compact']) {
      filtered(filter, list);
    }
    expect(list).to.deep.equal([2, 1, 2]);
  });

  it('charges for each item', () => {
    const long = Array.from({ length: 10_000 }, (_item, index) => 10_000 - index);
    for (const [filter, argument] of [
      ['sort', none],
      ['sort_natural', none],
      ['uniq', none],
      ['reverse', none],
      ['compact', none],
      ['map', 'a'],
      ['list_where', 'a=1'],
      ['concat', [1]],
      ['sum_list', none],
      ['list_to_string', none],
    ] as const) {
      const cheap = new BoundedBudget(9_000);
      expect(() => filtered(filter, long, argument, cheap), filter).to.throw(TemplateError);
    }
  });

  it('charges for each comparison of lists and for long paths', () => {
    const lists = Array.from({ length: 2_000 }, (_item, index) => [index]);
    expect(() => filtered('uniq', lists, none, new BoundedBudget(100_000))).to.throw(TemplateError);
    expect(() => filtered('map', lists, '.'.repeat(100_000), new BoundedBudget(1_000_000))).to.throw(TemplateError);
    expect(() => filtered('list_to_string', Array(100).fill('x'.repeat(20_000)))).to.throw(TemplateError);
  });
});

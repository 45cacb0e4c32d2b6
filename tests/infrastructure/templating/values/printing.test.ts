import { expect } from 'chai';
import { repr, str } from '../../../../src/infrastructure/templating/values/printing.js';
import { rendered } from '../../../../src/infrastructure/templating/values/rendering.js';
import {
  PyDate,
  PyDateTime,
  PyError,
  PyFloat,
  PyTime,
  SafeText,
  Tuple,
  type Value,
} from '../../../../src/infrastructure/templating/values/value.js';
import { LimitHit, TestBudget } from './test-budget.js';

const MOMENT = Date.UTC(2024, 2, 5, 14, 7, 9);

describe('Values as Python prints them', () => {
  const rows: [value: Value, str: string, repr?: string][] = [
    [undefined, '', "''"],
    [null, 'None'],
    [true, 'True'],
    [false, 'False'],
    [7, '7'],
    [-0, '0'],
    [2 ** 53 - 1, '9007199254740991'],
    [1e21, '1000000000000000000000'],
    [123456789012345678901234567890n, '123456789012345678901234567890'],
    [1.5, '1.5'],
    [new PyFloat(20), '20.0'],
    [new PyFloat(-0), '-0.0'],
    [new PyFloat(1e15), '1000000000000000.0'],
    [new PyFloat(1e16), '1e+16'],
    [1e-4, '0.0001'],
    [1e-5, '1e-05'],
    [1.25e-7, '1.25e-07'],
    [new PyFloat(1.5e300), '1.5e+300'],
    [5e-324, '5e-324'],
    [new PyFloat(Number.NaN), 'nan'],
    [new PyFloat(Number.NEGATIVE_INFINITY), '-inf'],
    ['text', 'text', "'text'"],
    [new SafeText('<b>'), '<b>', "'<b>'"],
    ["it's", "it's", `"it's"`],
    [`it's "so"`, `it's "so"`, `'it\\'s "so"'`],
    [
      'a\\b\n\r\t\0\x7f\xa0\u2028\u{e0001}é😀',
      'a\\b\n\r\t\0\x7f\xa0\u2028\u{e0001}é😀',
      "'a\\\\b\\n\\r\\t\\x00\\x7f\\xa0\\u2028\\U000e0001é😀'",
    ],
    [[], '[]'],
    [['a', 1, null, new PyFloat(2)], "['a', 1, None, 2.0]"],
    [new Tuple([1]), '(1,)'],
    [new Tuple([1, 'b']), "(1, 'b')"],
    [{ x: 1, y: { z: [true] } }, "{'x': 1, 'y': {'z': [True]}}"],
    [new PyDateTime(MOMENT, 0, undefined), '2024-03-05 14:07:09', 'datetime.datetime(2024, 3, 5, 14, 7, 9)'],
    [
      new PyDateTime(MOMENT + 123, 456, 0),
      '2024-03-05 14:07:09.123456+00:00',
      'datetime.datetime(2024, 3, 5, 14, 7, 9, 123456, tzinfo=datetime.timezone.utc)',
    ],
    [
      new PyDateTime(MOMENT - 9000, 0, -300),
      '2024-03-05 14:07:00-05:00',
      'datetime.datetime(2024, 3, 5, 14, 7, tzinfo=datetime.timezone(datetime.timedelta(days=-1, seconds=68400)))',
    ],
    [new PyDate(2024, 3, 5), '2024-03-05', 'datetime.date(2024, 3, 5)'],
    [new PyTime(14, 7, 0, 0), '14:07:00', 'datetime.time(14, 7)'],
  ];
  for (const [value, expected, shown = expected] of rows) {
    it(`${JSON.stringify(shown)}`, () => {
      expect(str(value, new TestBudget())).to.equal(expected);
      expect(repr(value, new TestBudget())).to.equal(shown);
    });
  }

  it('dates inside a list by what would make them', () => {
    expect(str([new PyDate(2024, 3, 5)], new TestBudget())).to.equal('[datetime.date(2024, 3, 5)]');
  });

  it('refuses what is nested too deeply, or in itself', () => {
    const list: Value[] = [];
    list.push(list);
    expect(() => str(list, new TestBudget())).to.throw(PyError, 'nested');
  });

  it('stops at the limit before a text is made', () => {
    const list: Value = Array.from({ length: 10 }, () => 'x'.repeat(200_000));
    expect(() => str(list, new TestBudget())).to.throw(LimitHit);
  });
});

describe('What a variable writes', () => {
  const rows: [value: Value, text: string][] = [
    [new PyFloat(1e16), '10000000000000000'],
    [1e-5, '0.00001'],
    [-1.5e-7, '-0.00000015'],
    [new PyFloat(1e300), '1e+300'],
    [new PyFloat(20), '20.0'],
    [new PyFloat(Number.POSITIVE_INFINITY), 'inf'],
    [[1e-5], '[1e-05]'],
    [new PyDateTime(MOMENT, 0, 0), 'March 5, 2024, 2:07 p.m.'],
    [new PyDate(2024, 9, 5), 'Sept. 5, 2024'],
    [new PyTime(0, 0, 0, 0), 'midnight'],
  ];
  for (const [value, text] of rows) {
    it(text, () => expect(rendered(value, new TestBudget())).to.equal(text));
  }
});

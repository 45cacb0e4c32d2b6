import { expect } from 'chai';
import { equals, isIn, isSame, lessThan } from '../../../../src/infrastructure/templating/values/comparing.js';
import { fromJson } from '../../../../src/infrastructure/templating/values/from-json.js';
import { isTrue } from '../../../../src/infrastructure/templating/values/truth.js';
import {
  PyDate,
  PyError,
  PyFloat,
  PyTime,
  SafeText,
  Tuple,
  type Value,
} from '../../../../src/infrastructure/templating/values/value.js';

type Outcome = boolean | 'TypeError';

function outcome(compare: () => boolean): Outcome {
  try {
    return compare();
  } catch (error) {
    if (error instanceof PyError && error.kind === 'TypeError') return 'TypeError';
    throw error;
  }
}

describe('Comparing as Python does', () => {
  const rows: [a: string, b: string, equal: boolean, less: Outcome, within: Outcome][] = [
    ['1', '1.0', true, false, 'TypeError'],
    ['true', '1', true, false, 'TypeError'],
    ['"1"', '1', false, 'TypeError', 'TypeError'],
    ['9007199254740993', '9007199254740992.0', false, false, 'TypeError'],
    ['1', '123456789012345678901234567890', false, true, 'TypeError'],
    ['"b"', '"abc"', false, false, true],
    ['1', '"1"', false, 'TypeError', 'TypeError'],
    ['"\\uffff"', '"\\ud83d\\ude00"', false, true, false],
    ['[1, 2]', '[1.0, 2]', true, false, false],
    ['[1, "b"]', '[1, "c"]', false, true, false],
    ['[1]', '[1, 0]', false, true, false],
    ['[1, 2]', '[[1, 2]]', false, 'TypeError', true],
    ['1.0', '[2, 1]', false, 'TypeError', true],
    ['{"a": 1}', '{"a": 1.0}', true, 'TypeError', 'TypeError'],
    ['"a"', '{"a": 1}', false, 'TypeError', true],
    ['"__proto__"', '{"a": 1}', false, 'TypeError', false],
    ['1', '{"1": 1}', false, 'TypeError', false],
    ['null', 'null', true, 'TypeError', 'TypeError'],
    ['null', '[null]', false, 'TypeError', true],
    [
      '{"$datetime": "2024-03-05T14:07:09+00:00"}',
      '{"$datetime": "2024-03-05T16:07:09+02:00"}',
      true,
      false,
      'TypeError',
    ],
    ['{"$datetime": "2024-03-05T14:07:09"}', '{"$datetime": "2024-03-05T14:07:09.000001"}', false, true, 'TypeError'],
    ['{"$datetime": "2024-03-05"}', '{"$datetime": "2024-03-05T00:00Z"}', false, 'TypeError', 'TypeError'],
  ];
  for (const [a, b, equal, less, within] of rows) {
    it(`${a} and ${b}`, () => {
      const [left, right] = [fromJson(a), fromJson(b)];
      expect(outcome(() => equals(left, right))).to.equal(equal);
      expect(outcome(() => lessThan(left, right))).to.equal(less);
      expect(outcome(() => isIn(left, right))).to.equal(within);
    });
  }

  it('takes a marked text for its text, and what is missing for None', () => {
    expect(equals(new SafeText('a'), 'a')).to.equal(true);
    expect(isIn(new SafeText('a'), ['a'])).to.equal(true);
    expect(equals(undefined, null)).to.equal(true);
    expect(equals(undefined, '')).to.equal(false);
  });

  it('keeps lists and tuples apart', () => {
    expect(equals(new Tuple([1]), [1])).to.equal(false);
    expect(outcome(() => lessThan(new Tuple([1]), [2]))).to.equal('TypeError');
    expect(lessThan(new Tuple([1]), new Tuple([2]))).to.equal(true);
  });

  it('orders dates and times', () => {
    expect(lessThan(new PyDate(2024, 2, 29), new PyDate(2024, 3, 1))).to.equal(true);
    expect(lessThan(new PyTime(9, 0, 0, 0), new PyTime(9, 0, 0, 1))).to.equal(true);
    expect(equals(new PyDate(2024, 3, 5), new PyDate(2024, 3, 5))).to.equal(true);
  });

  it('has True, 1 and 1.0 as three things', () => {
    expect(isSame(true, 1)).to.equal(false);
    expect(isSame(1, 1)).to.equal(true);
    expect(isSame(new PyFloat(1), 1)).to.equal(false);
    expect(isSame(undefined, null)).to.equal(true);
    expect(isSame([], [])).to.equal(false);
  });

  it('stops at values nested in themselves', () => {
    const [a, b]: [Value[], Value[]] = [[], []];
    a.push(a);
    b.push(b);
    expect(() => equals(a, b)).to.throw(PyError);
  });

  it('finds long texts in time that grows with their lengths only', () => {
    const hostile = `b${'a'.repeat(200_000)}`;
    expect(isIn(hostile, 'a'.repeat(400_000))).to.equal(false);
    expect(isIn(hostile, `${'a'.repeat(400_000)}${hostile}`)).to.equal(true);
  });
});

describe('Truth', () => {
  const falsy: Value[] = [
    undefined,
    null,
    false,
    0,
    -0,
    0n,
    new PyFloat(0),
    '',
    new SafeText(''),
    [],
    new Tuple([]),
    {},
  ];
  const truthy: Value[] = [
    true,
    1,
    2n,
    0.1,
    new PyFloat(Number.NaN),
    ' ',
    '0',
    [0],
    new Tuple([0]),
    { a: null },
    new PyTime(0, 0, 0, 0),
  ];
  it('is false for what is empty or zero', () => {
    for (const value of falsy) expect(isTrue(value)).to.equal(false);
  });
  it('is true for all else', () => {
    for (const value of truthy) expect(isTrue(value)).to.equal(true);
  });
  it('asks own properties only', () => {
    expect(isTrue(Object.create({ inherited: 1 }) as Value)).to.equal(false);
  });
});

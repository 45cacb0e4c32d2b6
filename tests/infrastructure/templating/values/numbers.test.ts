import { expect } from 'chai';
import { roundFloat } from '../../../../src/infrastructure/templating/values/decimal-digits.js';
import {
  addInts,
  divideInts,
  intOf,
  moduloInts,
  multiplyInts,
  subtractInts,
  toFloat,
  toInt,
} from '../../../../src/infrastructure/templating/values/numbers.js';
import { PyError, PyFloat, SafeText, type Value } from '../../../../src/infrastructure/templating/values/value.js';

describe('Numbers as Python reads them', () => {
  const rows: [value: Value, int: number | bigint | undefined, float: number | undefined][] = [
    [' 12 ', 12, 12],
    ['\u00a012\u2003', 12, 12],
    ['\ufeff1', undefined, undefined],
    ['1_000', 1000, 1000],
    ['1__0', undefined, undefined],
    ['_1', undefined, undefined],
    ['+5', 5, 5],
    ['-7', -7, -7],
    ['-0', 0, -0],
    ['+ 5', undefined, undefined],
    ['', undefined, undefined],
    ['0x10', undefined, undefined],
    ['1.', undefined, 1],
    ['.5', undefined, 0.5],
    ['.', undefined, undefined],
    ['1e5', undefined, 1e5],
    ['1_0e1_0', undefined, 1e11],
    ['1e_5', undefined, undefined],
    ['nan', undefined, Number.NaN],
    ['-Infinity', undefined, Number.NEGATIVE_INFINITY],
    ['1e400', undefined, Number.POSITIVE_INFINITY],
    ['٣४', 34, 34],
    ['12345678901234567890', 12345678901234567890n, 12345678901234567000],
    [new SafeText('3'), 3, 3],
    [3.99, 3, 3.99],
    [-3.99, -3, -3.99],
    [new PyFloat(1e16), 10000000000000000n, 1e16],
    [new PyFloat(Number.NaN), undefined, Number.NaN],
    [true, 1, 1],
    [null, undefined, undefined],
    [[], undefined, undefined],
    [undefined, undefined, undefined],
  ];
  for (const [value, int, float] of rows) {
    it(JSON.stringify(value) ?? 'missing', () => {
      expect(toInt(value)).to.equal(int);
      expect(toFloat(value)).to.satisfy((found: number | undefined) => Object.is(found, float));
    });
  }

  it('tells why it can not', () => {
    const kinds = (['x', null, new PyFloat(Number.POSITIVE_INFINITY)] as Value[]).map((value) => {
      try {
        return intOf(value);
      } catch (error) {
        return error instanceof PyError ? error.kind : error;
      }
    });
    expect(kinds).to.deep.equal(['ValueError', 'TypeError', 'OverflowError']);
  });

  it('reads no text of more digits than Python does', () => {
    expect(toInt('9'.repeat(4300))).to.be.a('bigint');
    expect(toInt('9'.repeat(4301))).to.equal(undefined);
  });
});

describe('Exact arithmetic', () => {
  const big = 2 ** 53 - 1;
  it('goes on beyond what JavaScript counts', () => {
    expect(addInts(big, 2)).to.equal(9007199254740993n);
    expect(subtractInts(9007199254740993n, 2)).to.equal(big);
    expect(multiplyInts(big, big)).to.equal(81129638414606663681390495662081n);
    expect(multiplyInts(-1, 0)).to.satisfy((zero: unknown) => Object.is(zero, 0));
  });

  const remainders: [a: number | bigint, b: number | bigint, remainder: number | bigint][] = [
    [7, 3, 1],
    [-7, 3, 2],
    [7, -3, -2],
    [-6, 3, 0],
    [-(10n ** 20n), 3, 2],
  ];
  for (const [a, b, remainder] of remainders) {
    it(`${a} % ${b}`, () => expect(moduloInts(a, b)).to.equal(remainder));
  }

  it('refuses to divide by zero', () => {
    expect(() => moduloInts(1, 0)).to.throw(PyError);
    expect(() => divideInts(1, 0)).to.throw(PyError);
    expect(() => divideInts(10n ** 400n, 3)).to.throw(PyError);
  });

  it('rounds halves to the even neighbour, by what a float really is', () => {
    const rounded = [0.5, 1.5, 2.5, -2.5, 1e300].map((value) => roundFloat(value, 0));
    expect(rounded).to.deep.equal([0, 2, 2, -2, 1e300]);
    expect([0.125, 2.675, 0.15, 0.25, 0.35].map((value) => roundFloat(value, 2))).to.deep.equal([
      0.12, 2.67, 0.15, 0.25, 0.35,
    ]);
  });
});

import { expect } from 'chai';
import { PrintedBoolean, PyFloat, SafeText } from '../../../../src/infrastructure/templating/values/value.js';
import { filtered, printed, type Row } from './filtered.js';

const rows: readonly Row[] = [
  [3, 'gt', 2, 'true'],
  [2, 'gt', 2, 'false'],
  [2, 'gte', 2, 'true'],
  [1, 'lt', 2, 'true'],
  [3, 'lt', 2, 'false'],
  [2, 'lte', new PyFloat(2), 'true'],
  [3, 'lte', 2, 'false'],
  ['10', 'gt', '9', 'true'],
  ['10', 'gt', 9, 'true'],
  ['b', 'gt', 'a', 'true'],
  [new SafeText('b'), 'gt', 'a', 'true'],
  ['x', 'gt', 2, 'false'],
  ['x', 'lt', 2, 'false'],
  [undefined, 'gt', 2, 'false'],
  [undefined, 'lte', 2, 'false'],
  [null, 'lt', 2, 'false'],
  [[2], 'gt', 1, 'false'],
  [2n ** 70n, 'gt', 1, 'true'],
];

describe("Klaviyo's comparing filters", () => {
  for (const [value, filter, argument, output] of rows) {
    it(`${String(value)}|${filter}:${String(argument)} prints ${output}`, () => {
      expect(printed(filter, value, argument)).to.equal(output);
    });
  }

  it('give a truth value that can be taken back', () => {
    const answer = filtered('lt', 3, 2);
    expect(answer).to.be.instanceOf(PrintedBoolean);
    expect((answer as PrintedBoolean).value).to.equal(false);
  });

  it('count as 1 and 0 in arithmetic', () => {
    expect(printed('multiply', filtered('gt', 3, 2), 5)).to.equal('5.0');
    expect(printed('multiply', filtered('lt', 3, 2), 5)).to.equal('0.0');
  });
});

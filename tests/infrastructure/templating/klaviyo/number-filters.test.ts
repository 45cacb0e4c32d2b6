import { expect } from 'chai';
import { PyFloat, SafeText } from '../../../../src/infrastructure/templating/values/value.js';
import { printed, type Row } from './filtered.js';

const missing = undefined;
const none = undefined;

const rows: readonly Row[] = [
  // The table's own examples.
  [-1.2, 'abs', none, '1.2'],
  [1, 'at_least', new PyFloat(5), '5.0'],
  [1, 'at_most', new PyFloat(-1), '-1.0'],
  [5.01, 'ceil', none, '6.0'],
  [5.9, 'floor', none, '5.0'],
  [5.123, 'round_up', 2, '5.13'],
  ['10', 'multiply', '2', '20.0'],
  ['10', 'divide', '2', '5.0'],
  [1, 'floatadd', 1.1, '2.1'],
  [5, 'remainder', 2, '1.0'],
  ['.25', 'percentize', 2, '25.00%'],
  [[1, 2, 3], 'sum_list', none, '6.0'],

  [-5, 'abs', none, '5'],
  [new PyFloat(-5), 'abs', none, '5.0'],
  [new PyFloat(-0), 'abs', none, '0.0'],
  ['-7', 'abs', none, '7'],
  [' -7.50 ', 'abs', none, '7.5'],
  [-(2n ** 70n), 'abs', none, '1180591620717411303424'],
  ['-1180591620717411303424', 'abs', none, '1180591620717411303424'],
  [true, 'abs', none, '1'],
  ['x', 'abs', none, '0.0'],
  [missing, 'abs', none, '0.0'],
  [null, 'abs', none, '0.0'],
  [[], 'abs', none, '0.0'],

  [7, 'at_least', 5, '7'],
  [5, 'at_least', new PyFloat(5), '5'],
  ['3', 'at_least', '4', '4'],
  [missing, 'at_least', 4, '4'],
  ['x', 'at_least', -4, '0.0'],
  [7, 'at_least', 'x', '7'],
  [7, 'at_most', 5, '5'],
  [3.5, 'at_most', 5, '3.5'],
  [null, 'at_most', 5, '0.0'],

  [-5.5, 'ceil', none, '-5.0'],
  [-0.5, 'ceil', none, '0.0'],
  [5, 'ceil', none, '5.0'],
  ['5.01', 'ceil', none, '6.0'],
  ['x', 'ceil', none, '0.0'],
  [new PyFloat(1e300), 'ceil', none, '1e+300'],
  [-5.5, 'floor', none, '-6.0'],
  [missing, 'floor', none, '0.0'],
  [2.5, 'round', none, '3.0'],
  [-2.5, 'round', none, '-3.0'],
  [2.4, 'round', none, '2.0'],
  [1.005, 'round', 2, '1.01'],
  [1234.5, 'round', -2, '1200.0'],
  [5.05, 'round', 'x', '5.0'],
  [1.1, 'round_up', 2, '1.1'],
  [5.123, 'round_up', none, '6.0'],
  [5.129, 'round_down', 2, '5.12'],
  [5.9, 'round_down', none, '5.0'],
  [-5.123, 'round_up', 2, '-5.12'],
  [-5.123, 'round_down', 2, '-5.13'],
  [5.123, 'round_up', 1_000_000_000, '5.123'],
  [5.123, 'round_down', -1_000_000_000, '0.0'],

  [3, 'multiply', 4, '12.0'],
  [1.1, 'multiply', 1.1, '1.21'],
  ['x', 'multiply', 2, '0.0'],
  [2, 'multiply', 'x', '0.0'],
  [missing, 'multiply', 2, '0.0'],
  [null, 'multiply', 2, '0.0'],
  [[1], 'multiply', 2, '0.0'],
  ['1,000', 'multiply', 2, '0.0'],
  ['', 'multiply', 2, '0.0'],
  ['nan', 'multiply', 2, '0.0'],
  ['1e999', 'multiply', 2, '0.0'],
  ['1e3', 'multiply', 2, '2000.0'],
  [new SafeText('10'), 'multiply', new SafeText('2'), '20.0'],
  ['10', 'divide', '0', '0.0'],
  [1, 'divide', 3, '0.3333333333333333'],
  [10, 'divide', 'x', '0.0'],
  [0.1, 'floatadd', 0.2, '0.3'],
  ['x', 'floatadd', 1, '0.0'],
  [1, 'plus', 2, '3.0'],
  [1.1, 'floatsub', 1, '0.1'],
  [5, 'minus', '2', '3.0'],
  [5, 'modulo', 2, '1.0'],
  [-5, 'modulo', 3, '1.0'],
  [5, 'modulo', -3, '-1.0'],
  [5.5, 'remainder', 2, '1.5'],
  [5, 'remainder', 0, '0.0'],
  [1e300, 'floatadd', 1e-300, '1e+300'],

  [0.25, 'percentize', none, '25%'],
  [0.125, 'percentize', none, '13%'],
  [0.575, 'percentize', 1, '57.5%'],
  [-0.001, 'percentize', 1, '-0.1%'],
  [1, 'percentize', 1, '100.0%'],
  ['x', 'percentize', 2, '0.00%'],
  [missing, 'percentize', none, '0%'],
  [0.5, 'percentize', -3, '50%'],

  [[], 'sum_list', none, '0.0'],
  [['1.5', 2, null, 'x', true], 'sum_list', none, '4.5'],
  [[0.1, 0.2], 'sum_list', none, '0.3'],
  ['123', 'sum_list', none, '0.0'],
  [missing, 'sum_list', none, '0.0'],
];

const bigintAsText = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? `${value}` : value);

describe("Klaviyo's filters of numbers", () => {
  for (const [value, filter, argument, output] of rows) {
    it(`${JSON.stringify(value, bigintAsText)}|${filter}:${JSON.stringify(argument)} prints ${output}`, () => {
      expect(printed(filter, value, argument)).to.equal(output);
    });
  }

  it('take no time for a text of very many digits', () => {
    expect(printed('multiply', '9'.repeat(1_000_000), 2)).to.equal('0.0');
    expect(printed('multiply', `${'9'.repeat(300_000)}x`, 2)).to.equal('0.0');
  });
});

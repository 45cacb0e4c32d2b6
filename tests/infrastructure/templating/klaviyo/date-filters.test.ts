import { expect } from 'chai';
import { PyDate, PyDateTime } from '../../../../src/infrastructure/templating/values/value.js';
import { filtered, printed, type Row } from './filtered.js';

const none = undefined;
const moment = new PyDateTime(Date.UTC(2024, 0, 30, 23, 5), 0, 120);

const rows: readonly Row[] = [
  // The table's own examples; the second half of the first is Django's.
  ['2016-02-11T16:46:08-05:00', 'format_date_string', none, '2016-02-11 16:46:08-05:00'],
  ['2024-01-30', 'days_later', 5, '2024-02-04'],

  ['2016-02-11T16:46:08Z', 'format_date_string', none, '2016-02-11 16:46:08+00:00'],
  ['2016-02-11', 'format_date_string', none, '2016-02-11 00:00:00'],
  ['02-11-2016', 'format_date_string', none, '2016-02-11 00:00:00'],
  ['02/11/2016', 'datetime_from_string', none, '2016-02-11 00:00:00'],
  [moment, 'format_date_string', none, '2024-01-30 23:05:00+02:00'],
  ['not a date', 'format_date_string', none, ''],
  ['2016-02-30', 'format_date_string', none, ''],
  [undefined, 'format_date_string', none, ''],
  [null, 'format_date_string', none, ''],
  ['2'.repeat(100_000), 'format_date_string', none, ''],

  ['2024-01-30', 'days_later', '5', '2024-02-04'],
  ['2024-01-30', 'days_later', -30, '2023-12-31'],
  ['2024-02-28', 'days_later', 1, '2024-02-29'],
  ['2024-01-30T10:00:00', 'days_later', 5, '2024-02-04T10:00:00'],
  ['2024-01-30T10:00:00-05:00', 'days_later', 5, '2024-02-04T10:00:00-05:00'],
  ['01-30-2024', 'days_later', 5, '02-04-2024'],
  [moment, 'days_later', 5, '2024-02-04 23:05:00+02:00'],
  [new PyDate(2024, 1, 30), 'days_later', 5, '2024-02-04'],
  ['9999-12-31', 'days_later', 1, ''],
  ['2024-01-30', 'days_later', 1e300, ''],
  ['2024-01-30', 'days_later', 'x', ''],
  ['x', 'days_later', 5, ''],
  [undefined, 'days_later', 5, ''],

  ['2024-02-01', 'weeks_since', none, '4'],
  ['2024-02-23T12:00:00Z', 'weeks_since', none, '1'],
  ['2024-02-23T12:00:01Z', 'weeks_since', none, '0'],
  ['2024-02-23T12:00:00+01:00', 'weeks_since', none, '1'],
  ['2024-03-02', 'weeks_since', none, '-1'],
  ['2025-04-07', 'weeks_since', '2025-04-21', '2'],
  [new PyDate(2025, 4, 7), 'weeks_since', '2025-04-20', '1'],
  ['x', 'weeks_since', none, ''],
  ['2025-04-07', 'weeks_since', 'x', ''],
  [undefined, 'weeks_since', none, ''],
];

describe("Klaviyo's filters of dates", () => {
  for (const [value, filter, argument, output] of rows) {
    it(`${JSON.stringify(value)?.slice(0, 60)}|${filter}:${JSON.stringify(argument)} prints ${output}`, () => {
      expect(printed(filter, value, argument)).to.equal(output);
    });
  }

  it('make a date-time of a text', () => {
    expect(filtered('format_date_string', '2016-02-11T16:46:08-05:00')).to.be.instanceOf(PyDateTime);
  });
});

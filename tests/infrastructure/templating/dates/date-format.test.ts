import { expect } from 'chai';
import {
  formatDate,
  formatTime,
  parseIsoDateTime,
} from '../../../../src/infrastructure/templating/dates/date-format.js';
import { strftime } from '../../../../src/infrastructure/templating/dates/strftime.js';
import { PyDate, PyDateTime, PyError, PyTime } from '../../../../src/infrastructure/templating/values/value.js';

const moment = (iso: string): PyDateTime => {
  const parsed = parseIsoDateTime(iso);
  if (parsed === undefined) throw new Error(`${iso} is no moment.`);
  return parsed;
};

describe("Django's date letters", () => {
  const rows: [iso: string, format: string, text: string][] = [
    ['2024-03-05T14:07:09+00:00', 'a A f g G h H i s u P', 'p.m. PM 2:07 2 14 02 14 07 09 000000 2:07 p.m.'],
    ['2024-03-05T00:00', 'P f', 'midnight 12'],
    ['2024-03-05T12:00', 'P', 'noon'],
    ['2024-03-05T09:00', 'P', '9 a.m.'],
    [
      '2024-03-05T14:07:09',
      'b d D E F j l L m M n N S t w W y Y z',
      'mar 05 Tue March March 5 Tuesday True 03 Mar 3 March th 31 2 10 24 2024 65',
    ],
    ['2021-01-03T12:00', 'o W w z', '2020 53 0 3'],
    ['2024-09-01T00:00', 'N jS', 'Sept. 1st'],
    ['2024-09-22T00:00', 'jS', '22nd'],
    ['2024-09-12T00:00', 'jS', '12th'],
    ['2024-03-05T14:07:09.5+00:00', 'c', '2024-03-05T14:07:09.500000+00:00'],
    ['2024-03-05T14:07:09Z', 'r', 'Tue, 05 Mar 2024 14:07:09 +0000'],
    ['2024-03-05T14:07:09+00:00', 'e T O Z I U', 'UTC UTC +0000 0 0 1709647629'],
    ['2024-03-05T14:07:09-05:30', 'e T O Z U', 'UTC-05:30 UTC-05:30 -0530 -19800 1709667429'],
    ['2024-03-05T14:07:09', '[e] T O Z U r', '[] UTC +0000 0 1709647629 Tue, 05 Mar 2024 14:07:09 +0000'],
    ['2024-03-05T14:07:09', 'jS \\o\\f F', '5th of March'],
    ['2024-03-05T14:07:09', '\\\\Y \\', '\\Y \\'],
    ['2024-03-05T14:07:09', 'B x k', 'B x k'],
    ['0099-01-01T00:00', 'y Y', '99 99'],
  ];
  for (const [iso, format, text] of rows) {
    it(`${format} of ${iso}`, () => expect(formatDate(moment(iso), format)).to.equal(text));
  }

  it('ask a date for no time, and a time for no date', () => {
    const date = new PyDate(2024, 3, 5);
    expect(formatDate(date, 'N j, Y c U')).to.equal('March 5, 2024 2024-03-05 1709596800');
    for (const letter of 'aAefgGhHiOPsTuZr') expect(() => formatDate(date, letter)).to.throw(PyError);
    const time = new PyTime(14, 7, 0, 0);
    expect(formatTime(time, 'H:i P [e]')).to.equal('14:07 2:07 p.m. []');
    expect(formatDate(time, 'c')).to.equal('14:07:00');
    for (const letter of 'dFYUr') expect(() => formatDate(time, letter)).to.throw(PyError);
    for (const letter of 'dYI') expect(() => formatTime(moment('2024-03-05T14:07'), letter)).to.throw(PyError);
  });
});

describe('ISO 8601', () => {
  const good: [text: string, moment: PyDateTime][] = [
    ['2024-03-05', new PyDateTime(Date.UTC(2024, 2, 5), 0, undefined)],
    ['2024-03-05 14:07', new PyDateTime(Date.UTC(2024, 2, 5, 14, 7), 0, undefined)],
    ['2024-03-05T14:07:09.1Z', new PyDateTime(Date.UTC(2024, 2, 5, 14, 7, 9, 100), 0, 0)],
    ['2024-03-05T14:07:09.1234567-0530', new PyDateTime(Date.UTC(2024, 2, 5, 14, 7, 9, 123), 456, -330)],
    ['2024-03-05T14:07:09+02', new PyDateTime(Date.UTC(2024, 2, 5, 14, 7, 9), 0, 120)],
  ];
  for (const [text, expected] of good) it(text, () => expect(parseIsoDateTime(text)).to.deep.equal(expected));

  for (const text of [
    '',
    'x',
    '2024-02-30',
    '2024-13-01',
    '0000-01-01',
    '2024-03-05T24:00',
    '2024-03-05T14:60',
    '2024-03-05T14:07+24:00',
    '2024-3-5',
  ])
    it(`not ${text}`, () => expect(parseIsoDateTime(text)).to.equal(undefined));
});

describe('strftime', () => {
  const rows: [format: string, text: string][] = [
    ['%Y-%m-%d', '2024-03-05'],
    ['%A %a %B %b %d %e %j', 'Tuesday Tue March Mar 05  5 065'],
    ['%H:%M:%S.%f %I %p', '14:07:09.123456 02 PM'],
    ['%y %C %G %V %U %W %u %w', '24 20 2024 10 09 10 2 2'],
    ['%c|%x|%X', 'Tue Mar  5 14:07:09 2024|03/05/24|14:07:09'],
    ['%D %F %T %R %s', '03/05/24 2024-03-05 14:07:09 14:07 1709640429'],
    ['%z %Z %%', '+0200 UTC+02:00 %'],
    ['%-d %-m %-I', '5 3 2'],
    ['%Q %', '%Q %'],
  ];
  const value = moment('2024-03-05T14:07:09.123456+02:00');
  for (const [format, text] of rows) it(format, () => expect(strftime(value, format)).to.equal(text));

  it('gives a date midnight, and a time the first day of 1900', () => {
    expect(strftime(new PyDate(2024, 3, 5), '%Y %H:%M [%z]')).to.equal('2024 00:00 []');
    expect(strftime(new PyTime(9, 5, 0, 0), '%F %H:%M')).to.equal('1900-01-01 09:05');
  });
});

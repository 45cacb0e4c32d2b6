import { expect } from 'chai';
import fc from 'fast-check';
import { checkDateTrigger, daysDue, nextDueAt, plainDateOf } from '../../../src/domain/flow/date-trigger.js';
import type { DateTrigger } from '../../../src/domain/flow/flow-trigger.js';
import { RuleViolation } from '../../../src/domain/kernel/rule-violation.js';

const trigger = (more: Partial<DateTrigger> = {}): DateTrigger => ({
  type: 'date',
  property: 'birthday',
  before: { unit: 'days', value: 0 },
  recurrence: 'annually',
  timezone: 'UTC',
  time: '09:00:00',
  ...more,
});
const days = (more: Partial<DateTrigger>, date: string, since: string, until: string, zone = 'UTC'): string[] =>
  daysDue(trigger(more), Temporal.PlainDate.from(date), zone, Date.parse(since), Date.parse(until));
const next = (more: Partial<DateTrigger>, since: string): string =>
  new Date(nextDueAt(trigger(more), Date.parse(since))).toISOString();

describe('A date trigger', () => {
  it('starts on the date that recurs each year, once its time is come', () => {
    const birthday = '1990-07-14';
    expect(days({}, birthday, '2026-07-14T08:59:00Z', '2026-07-14T08:59:59Z')).to.deep.equal([]);
    expect(days({}, birthday, '2026-07-14T08:59:59Z', '2026-07-14T09:00:00Z')).to.deep.equal(['2026-07-14']);
    expect(days({}, birthday, '2026-07-14T09:00:00Z', '2026-07-15T08:00:00Z')).to.deep.equal([]);
  });

  it('counts back from the date', () => {
    const renewal = '2026-03-31';
    const of = (value: number, unit: 'days' | 'weeks' | 'months') =>
      days({ before: { unit, value }, recurrence: 'never' }, renewal, '2025-12-01T00:00:00Z', '2026-04-02T00:00:00Z');
    expect(of(0, 'days')).to.deep.equal(['2026-03-31']);
    expect(of(10, 'days')).to.deep.equal(['2026-03-21']);
    expect(of(2, 'weeks')).to.deep.equal(['2026-03-17']);
    expect(of(1, 'months')).to.deep.equal(['2026-02-28']);
  });

  it('recurs each week and each month, from the date on and not before', () => {
    const [since, until] = ['2026-01-01T00:00:00Z', '2026-03-05T00:00:00Z'];
    expect(days({ recurrence: 'weekly' }, '2026-02-10', since, until)).to.deep.equal([
      '2026-02-10',
      '2026-02-17',
      '2026-02-24',
      '2026-03-03',
    ]);
    expect(days({ recurrence: 'monthly' }, '2025-12-31', since, until)).to.deep.equal(['2026-01-31', '2026-02-28']);
    expect(days({ recurrence: 'annually' }, '2027-02-10', since, until)).to.deep.equal([]);
  });

  it('of 29 February recurs on the 28th in other years', () => {
    const each = days({}, '2024-02-29', '2023-01-01T00:00:00Z', '2029-01-01T00:00:00Z');
    expect(each).to.deep.equal(['2024-02-29', '2025-02-28', '2026-02-28', '2027-02-28', '2028-02-29']);
  });

  it("goes by the profile's time zone where it says so", () => {
    const given = { timezone: 'profile' };
    expect(days(given, '1990-07-14', '2026-07-13T23:59:00Z', '2026-07-14T00:00:00Z', 'Asia/Tokyo')).to.deep.equal([
      '2026-07-14',
    ]);
    expect(days(given, '1990-07-14', '2026-07-14T12:59:00Z', '2026-07-14T13:00:00Z', 'America/New_York')).to.deep.equal(
      ['2026-07-14'],
    );
  });

  it('starts on a day whose time the clocks leave out, and once on a day on which it comes twice', () => {
    const given = { timezone: 'Europe/Berlin', time: '02:30:00' };
    expect(days(given, '1990-03-29', '2026-03-28T12:00:00Z', '2026-03-30T12:00:00Z')).to.deep.equal(['2026-03-29']);
    expect(days(given, '1990-10-25', '2026-10-24T12:00:00Z', '2026-10-26T12:00:00Z')).to.deep.equal(['2026-10-25']);
    // The Pacific islands that moved over the date line in 2011 had no 30 December.
    const apia = { timezone: 'Pacific/Apia' };
    expect(days(apia, '1990-12-30', '2011-12-28T00:00:00Z', '2012-01-02T00:00:00Z')).to.deep.equal(['2011-12-30']);
  });

  it('keeps to days of the week where they are named', () => {
    // 2026-07-14 is a Tuesday.
    const on = (weekday: 'monday' | 'tuesday') =>
      days({ weekdays: [weekday] }, '1990-07-14', '2026-07-01T00:00:00Z', '2026-08-01T00:00:00Z');
    expect(on('tuesday')).to.deep.equal(['2026-07-14']);
    expect(on('monday')).to.deep.equal([]);
  });

  it('comes to the same days, none of them twice, however the time is cut up', () => {
    const zones = fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Pacific/Apia');
    const begin = Date.parse('2023-12-01T00:00:00Z');
    fc.assert(
      fc.property(
        fc.record({
          recurrence: fc.constantFrom('never' as const, 'weekly' as const, 'monthly' as const, 'annually' as const),
          before: fc.record({
            unit: fc.constantFrom('days' as const, 'weeks' as const, 'months' as const),
            value: fc.nat(15),
          }),
          time: fc.constantFrom('00:00:00', '02:30:00', '09:15:00', '23:59:00'),
        }),
        zones,
        fc.date({ min: new Date('2020-01-01'), max: new Date('2026-01-01'), noInvalidDate: true }),
        fc.array(fc.nat(800 * 24), { minLength: 1, maxLength: 12 }),
        (given, zone, date, hours) => {
          const plain = Temporal.PlainDate.from(date.toISOString().slice(0, 10));
          const whole = trigger({ ...given, timezone: 'profile' });
          const cuts = [0, ...hours.sort((a, b) => a - b)].map((hour) => begin + hour * 3_600_000);
          const end = cuts.at(-1) as number;
          const pieces = cuts
            .slice(1)
            .flatMap((until, index) => daysDue(whole, plain, zone, cuts[index] as number, until));
          expect(pieces).to.deep.equal(daysDue(whole, plain, zone, begin, end));
          expect(new Set(pieces).size).to.equal(pieces.length);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is due next at its time, and in the time zones of profiles each quarter of an hour', () => {
    expect(next({}, '2026-07-14T08:00:00Z')).to.equal('2026-07-14T09:00:00.000Z');
    expect(next({}, '2026-07-14T09:00:00Z')).to.equal('2026-07-15T09:00:00.000Z');
    expect(next({ timezone: 'Asia/Kathmandu' }, '2026-07-14T00:00:00Z')).to.equal('2026-07-14T03:15:00.000Z');
    const everywhere = { timezone: 'profile', time: '09:20:30' };
    expect(next(everywhere, '2026-07-14T08:00:00Z')).to.equal('2026-07-14T08:05:30.000Z');
    expect(next(everywhere, '2026-07-14T08:05:30Z')).to.equal('2026-07-14T08:20:30.000Z');
  });

  it('has no profile due between the times at which it is due', () => {
    const zone = fc.constantFrom('UTC', 'Europe/Berlin', 'Asia/Kathmandu', 'Australia/Eucla', 'America/St_Johns');
    fc.assert(
      fc.property(
        zone,
        fc.nat(365 * 24 * 60),
        fc.constantFrom('09:20:30', '00:00:00', '02:30:00'),
        (profileZone, minute, time) => {
          const given = trigger({ timezone: 'profile', time, recurrence: 'weekly' });
          const since = Date.parse('2026-01-01T00:00:00Z') + minute * 60_000;
          const just = nextDueAt(given, since) - 1;
          const date = Temporal.Instant.fromEpochMilliseconds(since).toZonedDateTimeISO(profileZone).toPlainDate();
          for (const near of [-1, 0, 1]) {
            expect(daysDue(given, date.add({ days: near - 7 }), profileZone, since, just)).to.deep.equal([]);
          }
        },
      ),
    );
  });

  const refused: [Partial<DateTrigger>, string][] = [
    [{ property: ' ' }, '/date_profile_property'],
    [{ before: { unit: 'days', value: -1 } }, '/timedelta_value_before_date'],
    [{ timezone: 'Mars/Olympus' }, '/timezone'],
    [{ time: '9 am' }, '/trigger_time'],
    [{ weekdays: [] }, '/trigger_days'],
  ];
  for (const [given, pointer] of refused) {
    it(`is refused with ${JSON.stringify(given)}`, () => {
      expect(() => checkDateTrigger(trigger(given)))
        .to.throw(RuleViolation)
        .that.includes({ rule: 'date_trigger_invalid', pointer });
    });
  }
});

describe('A date of a profile', () => {
  const read: [unknown, string | undefined][] = [
    ['1990-07-14', '1990-07-14'],
    ['1990-07-14T23:30:00-05:00', '1990-07-14'],
    ['1990-07-14 23:30', '1990-07-14'],
    ['07/14/1990', '1990-07-14'],
    ['1990-02-30', undefined],
    ['14/07/1990', undefined],
    ['1990-07', undefined],
    ['soon', undefined],
    ['', undefined],
    [19900714, undefined],
    [null, undefined],
    [{}, undefined],
  ];
  for (const [value, expected] of read) {
    it(`${JSON.stringify(value)} is ${expected ?? 'none'}`, () => {
      expect(plainDateOf(value)?.toString()).to.equal(expected);
    });
  }
});

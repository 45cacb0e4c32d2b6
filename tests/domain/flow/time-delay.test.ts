import { expect } from 'chai';
import fc from 'fast-check';
import { WEEKDAYS } from '../../../src/domain/flow/flow-trigger.js';
import { checkTimeDelay, DELAY_UNITS, dueAt, type TimeDelay } from '../../../src/domain/flow/time-delay.js';
import { RuleViolation } from '../../../src/domain/kernel/rule-violation.js';

const delay = (more: Partial<TimeDelay>): TimeDelay => ({ unit: 'days', value: 1, timezone: 'UTC', ...more });
const due = (given: Partial<TimeDelay>, from: string, profileTimeZone = 'UTC'): string =>
  new Date(dueAt(delay(given), Date.parse(from), profileTimeZone)).toISOString();

describe('A time delay', () => {
  const lengths: [Partial<TimeDelay>, string][] = [
    [{ unit: 'seconds', value: 30 }, '2026-03-01T14:00:30.000Z'],
    [{ unit: 'minutes', value: 5 }, '2026-03-01T14:05:00.000Z'],
    [{ unit: 'hours', value: 2, secondaryValue: 30 }, '2026-03-01T16:30:00.000Z'],
    [{ unit: 'days', value: 1, secondaryValue: 3 }, '2026-03-02T17:00:00.000Z'],
    [{ unit: 'weeks', value: 2 }, '2026-03-15T14:00:00.000Z'],
  ];
  for (const [given, expected] of lengths) {
    it(`of ${given.value} ${given.unit}${given.secondaryValue === undefined ? '' : ` and ${given.secondaryValue}`} is that long`, () => {
      expect(due(given, '2026-03-01T14:00:00Z')).to.equal(expected);
    });
  }

  it('of a day is 24 hours, also over a change of the clocks', () => {
    expect(due({ timezone: 'Europe/Berlin' }, '2026-03-28T12:00:00Z')).to.equal('2026-03-29T12:00:00.000Z');
  });

  it('until a time of the day counts days of the calendar, so that who came later does not wait a day longer', () => {
    const untilThree = { value: 1, untilTime: '15:00:00' };
    expect(due(untilThree, '2026-03-01T14:00:00Z')).to.equal('2026-03-02T15:00:00.000Z');
    expect(due(untilThree, '2026-03-01T16:00:00Z')).to.equal('2026-03-02T15:00:00.000Z');
  });

  it('until a time of today that is over waits until tomorrow', () => {
    const untilThree = { value: 0, untilTime: '15:00:00' };
    expect(due(untilThree, '2026-03-01T14:00:00Z')).to.equal('2026-03-01T15:00:00.000Z');
    expect(due(untilThree, '2026-03-01T16:00:00Z')).to.equal('2026-03-02T15:00:00.000Z');
  });

  it("goes by the profile's time zone where it says so, and by its own otherwise", () => {
    const untilNine = { untilTime: '09:00:00' };
    const [from, tokyo] = ['2026-03-01T12:00:00Z', 'Asia/Tokyo'];
    expect(due({ ...untilNine, timezone: 'profile' }, from, tokyo)).to.equal('2026-03-02T00:00:00.000Z');
    expect(due({ ...untilNine, timezone: 'America/New_York' }, from, tokyo)).to.equal('2026-03-02T14:00:00.000Z');
  });

  it('until a time that the clocks leave out is as much later, and one that comes twice is the first', () => {
    const untilHalfPastTwo = { untilTime: '02:30:00', timezone: 'Europe/Berlin' };
    expect(due(untilHalfPastTwo, '2026-03-28T12:00:00Z')).to.equal('2026-03-29T01:30:00.000Z');
    expect(due(untilHalfPastTwo, '2026-10-24T12:00:00Z')).to.equal('2026-10-25T00:30:00.000Z');
  });

  it('waits for a day of the week, at the time that was come to or at its own', () => {
    // 2026-03-01 is a Sunday.
    expect(due({ value: 1, untilWeekdays: ['wednesday', 'friday'] }, '2026-03-01T14:00:00Z')).to.equal(
      '2026-03-04T14:00:00.000Z',
    );
    expect(due({ value: 1, untilWeekdays: ['monday'], untilTime: '08:00:00' }, '2026-03-01T14:00:00Z')).to.equal(
      '2026-03-02T08:00:00.000Z',
    );
    expect(due({ value: 2, untilWeekdays: ['monday'], untilTime: '08:00:00' }, '2026-03-01T14:00:00Z')).to.equal(
      '2026-03-09T08:00:00.000Z',
    );
  });

  it('never ends before it began, and on a day that was named', () => {
    const zone = fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu');
    const time = fc
      .tuple(fc.nat(23), fc.nat(59))
      .map(([hour, minute]) => `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}:00`);
    fc.assert(
      fc.property(
        fc.record({
          value: fc.nat(40),
          unit: fc.constantFrom('days' as const, 'weeks' as const),
          timezone: zone,
          untilTime: fc.option(time, { nil: undefined }),
          untilWeekdays: fc.option(fc.subarray([...WEEKDAYS], { minLength: 1 }), { nil: undefined }),
        }),
        fc.date({ min: new Date('2024-01-01'), max: new Date('2027-12-31'), noInvalidDate: true }),
        ({ untilTime, untilWeekdays, ...given }, from) => {
          const whole = {
            ...given,
            ...(untilTime === undefined ? {} : { untilTime }),
            ...(untilWeekdays === undefined ? {} : { untilWeekdays }),
          };
          const end = dueAt(whole, from.getTime(), 'UTC');
          expect(end).to.be.at.least(from.getTime());
          if (untilWeekdays !== undefined) {
            const { dayOfWeek } = Temporal.Instant.fromEpochMilliseconds(end).toZonedDateTimeISO(given.timezone);
            expect(untilWeekdays).to.include(WEEKDAYS[dayOfWeek - 1]);
          }
        },
      ),
    );
  });

  const refused: [Partial<TimeDelay>, string][] = [
    [{ value: -1 }, '/value'],
    [{ value: 1.5 }, '/value'],
    [{ value: 1_000 }, '/value'],
    [{ value: 0 }, '/value'],
    [{ unit: 'minutes', secondaryValue: 5 }, '/secondary_value'],
    [{ secondaryValue: -1 }, '/secondary_value'],
    [{ untilTime: '25:00:00' }, '/delay_until_time'],
    [{ unit: 'hours', untilTime: '12:00:00' }, '/delay_until_time'],
    [{ untilWeekdays: [] }, '/delay_until_weekdays'],
    [{ timezone: 'Berlin' }, '/timezone'],
    [{ timezone: '+01:00' }, '/timezone'],
  ];
  for (const [given, pointer] of refused) {
    it(`is refused with ${JSON.stringify(given)}`, () => {
      expect(() => checkTimeDelay(delay(given)))
        .to.throw(RuleViolation)
        .that.includes({ rule: 'time_delay_invalid', pointer });
    });
  }

  it('is taken in each unit', () => {
    for (const unit of DELAY_UNITS) checkTimeDelay(delay({ unit, value: 2 }));
  });
});

import { FIVE_MINUTES_KEPT_MS } from './analytics-projection.js';
import type { Span } from './analytics-tables.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** From one time to another; epoch milliseconds. */
export interface TimeRange {
  from: number;
  to: number;
}

/** What a range is read from, and the width in which it is shown; milliseconds. */
export interface Scale {
  span: Exclude<Span, 'ever'>;
  step: number;
}

/** A longer range has no scale: its counts would be too many to be read at once. */
export const LONGEST_RANGE_MS = 366 * DAY;

/** The finest steps that make no more than about 200 points of a range. */
const SCALES: readonly (Scale & { upTo: number })[] = [
  { upTo: 3 * HOUR, span: 'five_minutes', step: 5 * MINUTE },
  { upTo: 26 * HOUR, span: 'five_minutes', step: 15 * MINUTE },
  { upTo: 8 * DAY, span: 'hour', step: HOUR },
  { upTo: 21 * DAY, span: 'hour', step: 6 * HOUR },
  { upTo: LONGEST_RANGE_MS, span: 'day', step: DAY },
];

/** @param now epoch milliseconds: counts of five minutes are kept for some days alone */
export function scaleOf({ from, to }: TimeRange, now: number): Scale {
  const kept = from >= now - FIVE_MINUTES_KEPT_MS;
  const scale = SCALES.find(({ upTo, span }) => to - from <= upTo && (kept || span !== 'five_minutes'));
  return scale ?? { span: 'day', step: DAY };
}

/** The whole steps that a range touches. */
export const inSteps = ({ from, to }: TimeRange, { step }: Scale): TimeRange => ({
  from: Math.floor(from / step) * step,
  to: Math.ceil(to / step) * step,
});

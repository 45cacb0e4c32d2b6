import { type DeliveryFilter, QUEUES } from '../../../../projections/activity/delivery-filter.js';
import type { CountedOf } from '../../../../projections/analytics/analytics-queries.js';
import { LONGEST_RANGE_MS, type TimeRange } from '../../../../projections/analytics/analytics-scale.js';
import type { Problem } from '../render.js';

const HOUR = 3_600_000;

/** The ranges that end now, by their names in addresses. */
const RANGES: ReadonlyMap<string, { label: string; ms: number }> = new Map([
  ['hour', { label: 'Last hour', ms: HOUR }],
  ['day', { label: 'Last 24 hours', ms: 24 * HOUR }],
  ['week', { label: 'Last 7 days', ms: 7 * 24 * HOUR }],
  ['month', { label: 'Last 30 days', ms: 30 * 24 * HOUR }],
]);
export const ANY_TIME = 'any';
const CUSTOM = 'custom';

/** The pages of analytics: the figures, and what people look through. */
export const LISTS = ['failed', 'skipped', 'waiting', 'all'] as const;
export type List = (typeof LISTS)[number];

/** What an address of these pages asks for. Whatever can't be understood is left out, and said so. */
export interface AnalyticsView {
  range: string;
  /** Undefined for any time. */
  time: TimeRange | undefined;
  /** As their fields show them, in UTC; empty unless the range is custom. */
  from: string;
  to: string;
  /** Empty where it is not asked for; so are those below. */
  flow: string;
  action: string;
  code: string;
  profile: string;
  cursor: string;
  problem: Problem | undefined;
}

/** What a field of a filter may hold: ids and codes have no blanks, and are short. */
const WORD = /^[\w.:-]{1,100}$/;

/** @param path of the page, which says what range is shown where none is asked for */
export function analyticsView(query: unknown, now: number, path: string): AnalyticsView {
  const preset = presetOf(path);
  const problems: string[] = [];
  const given = (name: string): string => {
    const value = (query as Readonly<Record<string, unknown>>)[name];
    return typeof value === 'string' ? value.trim() : '';
  };
  const word = (name: string): string => {
    const value = given(name);
    if (value === '' || WORD.test(value)) return value;
    problems.push(`The ${name} in the address can't be one, so it is left out.`);
    return '';
  };
  let range = given('range') || preset;
  let time: TimeRange | undefined;
  if (range === CUSTOM) {
    const custom = customRange(given('from'), given('to'), now);
    if (typeof custom === 'string') {
      problems.push(custom);
      range = preset;
    } else time = custom;
  } else if (!RANGES.has(range) && !(range === ANY_TIME && preset === ANY_TIME)) {
    problems.push(`There is no range '${range.slice(0, 40)}', so it is left out.`);
    range = preset;
  }
  const last = RANGES.get(range);
  if (last !== undefined) time = { from: now - last.ms, to: now };
  const custom = range === CUSTOM && time !== undefined;
  return {
    range,
    time,
    from: custom ? timeInField((time as TimeRange).from) : '',
    to: custom ? timeInField((time as TimeRange).to) : '',
    flow: word('flow'),
    action: word('action'),
    code: word('code'),
    profile: word('profile'),
    cursor: given('cursor'),
    problem: problems.length === 0 ? undefined : { message: problems.join(' ') },
  };
}

/** The range, or what is wrong with it. A time without a zone is in UTC. */
function customRange(fromText: string, toText: string, now: number): TimeRange | string {
  const from = timeOf(fromText);
  const to = toText === '' ? now : timeOf(toText);
  if (Number.isNaN(from) || Number.isNaN(to)) {
    return 'A range of your own takes a start and an end, such as 2026-01-31T09:00 in UTC; the usual range is shown instead.';
  }
  if (from >= to) return 'The range ends before it begins; the usual range is shown instead.';
  if (to - from > LONGEST_RANGE_MS) return 'The range is longer than a year; the usual range is shown instead.';
  return { from, to };
}

const timeOf = (text: string): number =>
  /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)?$/.test(text)
    ? Date.parse(/(?:Z|[+-]\d\d:\d\d)$/.test(text) ? text : `${text}Z`)
    : Number.NaN;

/** What a field of the kind `datetime-local` holds. */
export const timeInField = (epochMs: number): string => new Date(epochMs).toISOString().slice(0, 16);

export const rangeOptions = (path: string): { value: string; label: string }[] => [
  ...(presetOf(path) === ANY_TIME ? [{ value: ANY_TIME, label: 'Any time' }] : []),
  ...[...RANGES].map(([value, { label }]) => ({ value, label })),
  { value: CUSTOM, label: 'From … to …' },
];

export const rangeInWords = ({ range, from, to }: AnalyticsView): string =>
  RANGES.get(range)?.label ??
  (range === CUSTOM ? `${from.replace('T', ' ')} to ${to.replace('T', ' ')} UTC` : 'Any time');

/** The range of a page where its address has none: figures are of a day, and a queue is shown whole. */
export const presetOf = (path: string): 'day' | typeof ANY_TIME =>
  path === '/analytics' || path === '/analytics/summary.csv' ? 'day' : ANY_TIME;

/** What of a view stays when one goes from page to page, as its address has it; `changes` are put in, empty ones taken out. */
export function addressOf(path: string, view: AnalyticsView, changes: Readonly<Record<string, string>> = {}): string {
  const { range, from, to, flow, action, code, profile } = view;
  const fields = { range, from, to, flow, action, code, profile, ...changes };
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    if (value !== '' && !(name === 'range' && value === presetOf(path))) query.set(name, value);
  }
  const text = query.toString();
  return text === '' ? path : `${path}?${text}`;
}

export function countedOf({ flow, action }: AnalyticsView): CountedOf {
  return { ...(flow === '' ? {} : { flowId: flow }), ...(action === '' ? {} : { actionId: action }) };
}

/** Which deliveries a list shows: a queue's by when they came to their end, all by when they were requested. */
export function filterOf(list: List, view: AnalyticsView): DeliveryFilter {
  const { time, code, profile } = view;
  const ended = list === 'failed' || list === 'skipped';
  const [from, until] = time === undefined ? [] : [new Date(time.from).toISOString(), new Date(time.to).toISOString()];
  return {
    ...(list === 'all' ? {} : { statuses: QUEUES[list] }),
    ...countedOf(view),
    ...(profile === '' ? {} : { profileId: profile }),
    ...(code === '' || list === 'all' ? {} : { code }),
    ...(from === undefined || until === undefined || list === 'waiting'
      ? {}
      : ended
        ? { since: from, until }
        : { requestedFrom: from, requestedUntil: until }),
  };
}

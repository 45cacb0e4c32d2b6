import { intOf } from '../../values/numbers.js';
import { PyError } from '../../values/value.js';

/** The indices that Python's `[start:stop:step]` takes, as where to begin, how far to go and how many. */
export interface SliceBounds {
  start: number;
  step: number;
  count: number;
}

/**
 * Reads `start:stop:step`, each of which may be left out; one number alone is the stop.
 * @throws PyError ValueError or TypeError where Python has none
 */
export function sliceBounds(text: string, length: number): SliceBounds {
  const parts = text.split(':', 4).map((part) => (part === '' ? undefined : Number(intOf(part))));
  if (parts.length > 3) throw new PyError('TypeError', 'A slice has at most three parts.');
  const [start, stop, step = 1] = parts.length === 1 ? [undefined, parts[0]] : parts;
  if (step === 0) throw new PyError('ValueError', 'slice step cannot be zero');
  const forward = step > 0;
  const first = bound(start, forward ? 0 : length - 1, length, forward);
  const last = bound(stop, forward ? length : -1, length, forward);
  return { start: first, step, count: Math.max(0, Math.ceil((last - first) / step)) };
}

function bound(value: number | undefined, missing: number, length: number, forward: boolean): number {
  if (value === undefined) return missing;
  const index = value < 0 ? value + length : value;
  return forward ? Math.min(Math.max(index, 0), length) : Math.min(Math.max(index, -1), length - 1);
}

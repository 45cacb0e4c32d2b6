import type { PriceDropTrigger } from '../flow/flow-trigger.js';

/** By how much a price fell. */
export interface PriceDrop {
  amount: number;
  /** Of the price before. */
  percent: number;
}

/** Undefined where the price didn't fall, or there was none. */
export function priceDropOf(from: number | null, to: number | null): PriceDrop | undefined {
  if (from === null || to === null || to >= from) return undefined;
  return { amount: rounded(from - to), percent: rounded(((from - to) / from) * 100) };
}

/** Whether the drop is as large as the trigger asks for. */
export const isLargeEnough = ({ amount, percent }: PriceDrop, trigger: PriceDropTrigger): boolean =>
  (trigger.unit === 'percent' ? percent : amount) >= trigger.amount;

/** Prices are decimals: from 0.3 to 0.2 is 0.1, whatever binary fractions make of it. */
const rounded = (value: number): number => Math.round(value * 1e6) / 1e6;

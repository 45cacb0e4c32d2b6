import { toFloat } from '../../values/numbers.js';
import type { Value } from '../../values/value.js';

/** An amount in dollars, the account's currency, such as `$1,234.50`; undefined for what is no number. */
export function currency(value: Value): string | undefined {
  const amount = toFloat(value);
  if (amount === undefined || !Number.isFinite(amount) || Math.abs(amount) >= 1e21) return undefined;
  const digits = Math.abs(amount).toFixed(2);
  const grouped = digits.replace(/\B(?=(?:\d{3})+\.)/g, ',');
  return `${amount < 0 && Number(digits) !== 0 ? '-' : ''}$${grouped}`;
}

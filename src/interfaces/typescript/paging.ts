import { RuleViolation } from '../../domain/kernel/rule-violation.js';
import type { PageRequest } from '../../projections/page.js';

/** Which page of a list. */
export interface Paging {
  /** Things on a page at the most, 1 to 1,000; 100 unless given. */
  size?: number | undefined;
  /** `nextCursor` of the page before; the first page without it. */
  cursor?: string | undefined;
}

const DEFAULT_SIZE = 100;
const LARGEST_SIZE = 1_000;

/** @throws RuleViolation page_size_invalid */
export function pageRequest({ size = DEFAULT_SIZE, cursor }: Paging): PageRequest {
  if (!(Number.isInteger(size) && size >= 1 && size <= LARGEST_SIZE)) {
    throw new RuleViolation(
      'page_size_invalid',
      `A page's size is a whole number from 1 to ${LARGEST_SIZE}, not ${size}.`,
      '/size',
    );
  }
  return { size, cursor };
}

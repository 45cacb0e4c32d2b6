import { PrintedBoolean } from '../../values/value.js';
import type { Filter } from '../filter.js';
import { compared } from './compared.js';

/** Whether a value stands so to the argument; false where they have no order, such as a text and a number. */
const comparing = (holds: (order: number) => boolean): Filter => ({
  argument: 'required',
  apply: (value, argument, { budget }) => {
    const order = compared(value, argument, budget);
    return new PrintedBoolean(order !== undefined && holds(order));
  },
});

export const COMPARING_FILTERS: readonly (readonly [string, Filter])[] = [
  ['gt', comparing((order) => order > 0)],
  ['gte', comparing((order) => order >= 0)],
  ['lt', comparing((order) => order < 0)],
  ['lte', comparing((order) => order <= 0)],
];

import { str } from '../../values/printing.js';
import type { Filter } from '../filter.js';
import { memberOf } from './property-at.js';

/** A property by its name, which may hold spaces and `$`, or an item of a list by its index. */
export const lookup: Filter = {
  argument: 'required',
  apply: (value, argument, { budget }) => memberOf(value, str(argument, budget)),
};

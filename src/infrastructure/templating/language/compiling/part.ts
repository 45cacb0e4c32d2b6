import type { Value } from '../../values/value.js';
import type { Rendering } from '../running/rendering.js';

/** Compiled text: gives what a piece of the template writes. */
export type Part = (run: Rendering) => string;

/** A compiled value; undefined is what is missing. */
export type Resolve = (run: Rendering) => Value;

/** A compiled condition. */
export type Test = (run: Rendering) => boolean;

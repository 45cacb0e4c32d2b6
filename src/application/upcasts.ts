import type { Upcasts } from './ports/upcaster.js';

/** What brings events of older versions up to date, by type. Every type is at its first version so far. */
export const UPCASTS: Upcasts = {};

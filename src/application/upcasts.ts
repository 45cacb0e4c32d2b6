import type { Upcasts } from './ports/upcaster.js';

/**
 * What brings events of older versions up to date, by type. Every type is at its first version so far. An upcast sees data as
 * it is stored: fields that are sealed stand in `$sealed`.
 */
export const UPCASTS: Upcasts = {};

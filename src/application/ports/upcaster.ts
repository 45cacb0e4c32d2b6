/**
 * What brings event data of older versions up to the newest, by event type: the first entry turns version 1 into version 2,
 * the second 2 into 3, and so on. A type that isn't named is at version 1.
 */
export type Upcasts = Readonly<Record<string, readonly Upcast[]>>;
/** Leaves events as they stand, of whatever versions: for who moves or checks them, and does not look inside. */
export const AS_STORED: Upcasts = Object.freeze({});
export type Upcast = (data: Readonly<Record<string, unknown>>) => object;

/** The version in which events of a type are recorded. */
export const newestVersion = (upcasts: Upcasts, type: string): number =>
  1 + (Object.hasOwn(upcasts, type) ? (upcasts[type]?.length ?? 0) : 0);

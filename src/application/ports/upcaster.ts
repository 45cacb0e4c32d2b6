/**
 * Brings event data of older versions up to the newest. `upcasts[type][n]` turns data of version n into version n + 1;
 * a type without an entry is at version 1.
 */
export type Upcasts = Readonly<Record<string, readonly Upcast[]>>;
export type Upcast = (data: Readonly<Record<string, unknown>>) => object;

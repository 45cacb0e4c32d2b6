import { z } from 'zod';
import type { JsonObject } from '../../../domain/kernel/json.js';
import { kindOf } from '../validation.js';

// Klaviyo's limits on what callers may put into events and profiles ("Ingestion limits" and the fields' descriptions).
const MAX_PROPERTIES = 400;
const MAX_LEVELS = 10;
const MAX_ITEMS = 4_000;
const MAX_TEXT_BYTES = 102_400;

/** Properties of the caller's own: any JSON inside Klaviyo's limits. Passed on as parsed, without a copy. */
export const customProperties = z
  .custom<JsonObject>(isObject, {
    error: ({ input, path }) => {
      const name = `'${String(path?.at(-1) ?? 'properties')}'`;
      return input === undefined ? `${name} is missing.` : `${name} has to be an object, not ${kindOf(input)}.`;
    },
    abort: true,
  })
  .superRefine((properties, context) => {
    const count = Object.keys(properties).length;
    const fault =
      count > MAX_PROPERTIES
        ? { path: [], message: `There are ${count} properties; at most ${MAX_PROPERTIES} are taken.` }
        : findFault(properties, [], 1);
    if (fault !== undefined) context.addIssue({ code: 'custom', path: fault.path, message: fault.message });
  })
  .meta({ type: 'object', additionalProperties: true });

interface Fault {
  path: (string | number)[];
  message: string;
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The first thing that can't be kept as it is. `path` is shared by the whole walk, and left where the fault is. */
function findFault(value: unknown, path: (string | number)[], level: number): Fault | undefined {
  if (typeof value === 'string') {
    // A UTF-16 unit takes at most three bytes, so most texts needn't be counted.
    const tooLong = value.length > MAX_TEXT_BYTES / 3 && Buffer.byteLength(value) > MAX_TEXT_BYTES;
    return tooLong
      ? { path, message: `This text is longer than ${MAX_TEXT_BYTES / 1024} KiB; shorten it.` }
      : undefined;
  }
  if (typeof value === 'number') {
    return Number.isFinite(value) ? undefined : { path, message: 'This number is too large to be kept.' };
  }
  if (typeof value !== 'object' || value === null) return undefined;
  if (level > MAX_LEVELS) {
    return { path, message: `Properties may be nested ${MAX_LEVELS} levels deep; this one is deeper.` };
  }
  if (Array.isArray(value)) {
    if (value.length > MAX_ITEMS) {
      return { path, message: `This list has ${value.length} entries; at most ${MAX_ITEMS} are taken.` };
    }
    for (let index = 0; index < value.length; index++) {
      path.push(index);
      const fault = findFault(value[index], path, level + 1);
      if (fault !== undefined) return fault;
      path.pop();
    }
    return undefined;
  }
  for (const key in value) {
    path.push(key);
    if (key === '__proto__') return { path, message: "A property can't be called '__proto__'." };
    const fault = findFault((value as Record<string, unknown>)[key], path, level + 1);
    if (fault !== undefined) return fault;
    path.pop();
  }
  return undefined;
}

import { z } from 'zod';

const DEFAULT_PAGE_SIZE = 20;
const MAX_PAGE_SIZE = 100;

/** `page[size]` and `page[cursor]`, as every collection takes them. */
export const paging = {
  'page[size]': z
    .string()
    .transform(Number)
    .refine((size) => Number.isInteger(size) && size >= 1 && size <= MAX_PAGE_SIZE, {
      error: `page[size] has to be a whole number from 1 to ${MAX_PAGE_SIZE}.`,
    })
    .default(DEFAULT_PAGE_SIZE),
  'page[cursor]': z.string().min(1).max(1_000).optional(),
};

const FIELD_EQUALS = /\s*equals\(\s*([\w.]+)\s*,\s*("(?:[^"\\]|\\.)*"|[^",()]+?)\s*\)\s*(,|$)/y;

/**
 * Klaviyo's `filter`, for fields that can be compared: `equals(name,"x")`, several of them with commas between.
 * Parses to `{name: 'x'}`.
 */
export const equalsFilter = <Field extends string>(fields: readonly Field[]) =>
  z
    .string()
    .max(2_000)
    .transform((text, context): Partial<Record<Field, string>> => {
      const wanted: Partial<Record<Field, string>> = {};
      const refuse = (message: string) => {
        context.addIssue({ code: 'custom', message });
        return z.NEVER;
      };
      for (let at = 0; at < text.length; ) {
        FIELD_EQUALS.lastIndex = at;
        const [matched, field, value] = FIELD_EQUALS.exec(text) ?? [];
        if (matched === undefined || field === undefined || value === undefined) {
          return refuse(`The filter can't be read from character ${at + 1} on; write it as equals(${fields[0]},"…").`);
        }
        if (!fields.includes(field as Field)) {
          return refuse(`There is no filter for '${field}'; there is one for ${fields.join(', ')}.`);
        }
        const unquoted = value.startsWith('"') ? fromJson(value) : value;
        if (unquoted === undefined) return refuse(`The filter's text ${value} can't be read; write it as JSON has it.`);
        wanted[field as Field] = unquoted;
        at += matched.length;
      }
      return wanted;
    })
    .optional();

/** Klaviyo's client writes texts as JSON has them. */
function fromJson(text: string): string | undefined {
  try {
    return JSON.parse(text) as string;
  } catch {
    return undefined;
  }
}

/** An ISO 8601 time with its offset, as epoch milliseconds. */
export const timeParameter = (name: string) =>
  z.iso
    .datetime({ offset: true, error: `${name} has to be a time such as 2026-01-31T09:30:00Z.` })
    .transform((text) => new Date(text).toISOString())
    .optional();

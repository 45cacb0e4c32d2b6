import { z } from 'zod';
import type { PageRequest } from '../../projections/page.js';
import { quoted } from './validation.js';

const MAX_PAGE_SIZE = 100;

/** No parameters at all. */
export const noParameters = z.strictObject({});

/** `page[size]` and `page[cursor]`, as every collection takes them; the sizes where none is asked for are Klaviyo's. */
export const paging = (defaultSize = 20) => ({
  'page[size]': z
    .string()
    .transform(Number)
    .refine((size) => Number.isInteger(size) && size >= 1 && size <= MAX_PAGE_SIZE, {
      error: `page[size] has to be a whole number from 1 to ${MAX_PAGE_SIZE}.`,
    })
    .default(defaultSize)
    .meta({
      type: 'integer',
      minimum: 1,
      maximum: MAX_PAGE_SIZE,
      description: 'How many to answer with at the most',
      examples: [10],
    }),
  'page[cursor]': z
    .string()
    .min(1)
    .max(1_000)
    .optional()
    .describe("Where to go on, as an answer's `links.next` has it"),
});

/** The page that is asked for. */
export const pageRequest = (query: { 'page[size]': number; 'page[cursor]'?: string | undefined }): PageRequest => ({
  size: query['page[size]'],
  cursor: query['page[cursor]'],
});

const list = z
  .string()
  .max(10_000)
  .transform((text) => text.split(',').map((word) => word.trim()));

/** `fields[type]`: which attributes to show; the others are left out, whatever the answer's schema asks for. A field inside of a known one (`definition.actions`) may be named too. */
export const sparseFields = (known: readonly string[]) =>
  list
    .superRefine((fields, context) => {
      const unknown = fields.find((field) => field !== 'id' && !known.includes(field.split('.', 1)[0] ?? ''));
      if (unknown === undefined) return;
      context.addIssue({
        code: 'custom',
        message: `There is no field ${quoted(unknown)} here; there are ${known.join(', ')}.`,
      });
    })
    .optional()
    .meta({
      description: `Which attributes to show, of ${known.join(', ')}; all others are left out`,
      examples: [known.slice(0, 2).join(',')],
    });

/** A list of words out of a few: `include`, `additional-fields[type]`. */
export const someOf = <Word extends string>(words: readonly Word[]) =>
  list
    .transform((given, context): readonly Word[] => {
      const unknown = given.find((word) => !words.includes(word as Word));
      if (unknown === undefined) return given as Word[];
      context.addIssue({ code: 'custom', message: `${quoted(unknown)} is not possible here; ${words.join(', ')} is.` });
      return z.NEVER;
    })
    .optional()
    .meta({ description: `What to show besides, of ${words.join(', ')}`, examples: [words.join(',')] });

/** The one order that collections have: what was made last comes first. */
export const newestFirst = z
  .literal('-created', {
    error: ({ input }) =>
      `The order ${quoted(input)} is not possible here; '-created' is, and is what comes without it.`,
  })
  .optional()
  .meta({ description: 'What was made last comes first', examples: ['-created'] });

const FIELD_EQUALS = /\s*equals\(\s*([\w.]+)\s*,\s*("(?:[^"\\]|\\.)*"|[^",()]+?)\s*\)\s*(,|$)/y;

/**
 * Klaviyo's `filter`, for fields that can be compared: `equals(name,"x")`, several of them with commas between.
 * Parses to `{name: 'x'}`.
 * @param example of a field and what it may be compared with
 */
export const equalsFilter = <Field extends string>(
  fields: readonly Field[],
  [field, value]: readonly [field: NoInfer<Field>, value: string],
) =>
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
    .optional()
    .meta({
      description: `Which to show: \`equals(field,"value")\`, several with commas between; the fields are ${fields.join(', ')}`,
      examples: [`equals(${field},"${value}")`],
    });

/** Klaviyo's client writes texts as JSON has them. */
function fromJson(text: string): string | undefined {
  try {
    return JSON.parse(text) as string;
  } catch {
    return undefined;
  }
}

/** An ISO 8601 time with its offset, as the same time in UTC. */
export const timeParameter = (name: string, description: string, example = '2026-07-15T00:00:00Z') =>
  z.iso
    .datetime({ offset: true, error: `${name} has to be a time such as 2026-01-31T09:30:00Z.` })
    .transform((text) => new Date(text).toISOString())
    .optional()
    .meta({ description, examples: [example] });

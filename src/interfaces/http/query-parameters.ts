import { z } from 'zod';
import type { Comparison } from '../../projections/comparison.js';
import type { ListRequest, Order } from '../../projections/listing.js';
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
    .max(4_000)
    .optional()
    .describe("Where to go on, as an answer's `links.next` has it"),
});

interface PageQuery {
  'page[size]': number;
  'page[cursor]'?: string | undefined;
}

/** The page that is asked for. */
export const pageRequest = (query: PageQuery): PageRequest => ({
  size: query['page[size]'],
  cursor: query['page[cursor]'],
});

/** The page of what is asked for, in the order that is asked for. */
export const listRequest = <Field extends string, Sortable extends string>(
  query: PageQuery & { filter?: readonly Comparison<Field>[] | undefined; sort?: Order<Sortable> | undefined },
): ListRequest<Field, Sortable> => ({ ...pageRequest(query), where: query.filter, order: query.sort });

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

/** The one order of collections that can't be sorted otherwise: what was made last comes first. */
export const newestFirst = z
  .literal('-created', {
    error: ({ input }) =>
      `The order ${quoted(input)} is not possible here; '-created' is, and is what comes without it.`,
  })
  .optional()
  .meta({ description: 'What was made last comes first', examples: ['-created'] });

/**
 * Klaviyo's `sort`: a field, or one with `-` before it for the other direction. Parses to what queries take.
 * @param options `without`: Klaviyo's fields that there is no order by, each with why, as the end of a sentence; `otherwise`:
 *   the order that comes where none is asked for, that of the first field, downwards, unless given
 */
export const sortBy = <Field extends string>(
  fields: readonly [Field, ...Field[]],
  {
    without = {},
    otherwise = `\`-${fields[0]}\``,
  }: { without?: Readonly<Record<string, string>>; otherwise?: string } = {},
) => {
  const words = fields.flatMap((field) => [field, `-${field}`]);
  return z
    .string()
    .transform((text, context): Order<Field> => {
      const descending = text.startsWith('-');
      const name = descending ? text.slice(1) : text;
      const by = fields.find((field) => field === name);
      if (by !== undefined) return { by, descending };
      const why = Object.hasOwn(without, name) ? `: ${without[name]}` : '';
      context.addIssue({
        code: 'custom',
        message: `The order ${quoted(text)} is not possible here${why}; ${words.join(', ')} are.`,
      });
      return z.NEVER;
    })
    .optional()
    .meta({
      enum: words,
      description: `What comes first; \`-\` turns it round. Without it the order is ${otherwise}`,
      examples: [`-${fields[0]}`],
    });
};

/** An ISO 8601 time with its offset, as the same time in UTC. */
export const timeParameter = (name: string, description: string, example = '2026-07-15T00:00:00Z') =>
  z.iso
    .datetime({ offset: true, error: `${name} has to be a time such as 2026-01-31T09:30:00Z.` })
    .transform((text) => new Date(text).toISOString())
    .optional()
    .meta({ description, examples: [example] });

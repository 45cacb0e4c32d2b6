import { z } from 'zod';
import type { Compared, Comparison, Operator } from '../../projections/comparison.js';
import { type Condition, FilterUnreadable, readFilter } from './filter-grammar.js';
import { quoted } from './validation.js';

/** What a field holds, and how it can be compared. */
export interface FilterField {
  /** A list of words is all that it can be. */
  holds: 'text' | 'time' | 'truth' | readonly string[];
  by: readonly Operator[];
}

export const textField = (...by: Operator[]): FilterField => ({ holds: 'text', by });
export const truthField = (...by: Operator[]): FilterField => ({ holds: 'truth', by });
export const timeField = (...by: Operator[]): FilterField => ({ holds: 'time', by });
export const wordField = (words: readonly string[], ...by: Operator[]): FilterField => ({ holds: words, by });

/** Every way to compare times that Klaviyo knows. */
export const ALL_OF_TIME = ['equals', 'greater-or-equal', 'greater-than', 'less-or-equal', 'less-than'] as const;

const MOST_CONDITIONS = 20;
const MOST_VALUES = 100;

type Fields<Field extends string> = Readonly<Record<Field, FilterField>>;

/**
 * Klaviyo's `filter`: conditions on fields, parsed once to what queries take.
 * @param example of a filter
 * @param without Klaviyo's fields that can't be compared here, each with why, as the end of a sentence
 */
export const filterBy = <Field extends string>(
  fields: Fields<Field>,
  example: string,
  without: Readonly<Record<string, string>> = {},
) => comparisons(fields, without).optional().meta(described(fields, example));

/** The same for fields that are each compared once, with `equals`. Parses to `{name: 'x'}`. */
export const equalsFilter = <Field extends string>(
  names: readonly Field[],
  [field, value]: readonly [field: NoInfer<Field>, value: string],
) => {
  const fields = Object.fromEntries(names.map((name) => [name, textField('equals')])) as Fields<Field>;
  return comparisons(fields, {})
    .transform((wanted, context) => {
      const twice = wanted.find((one, index) => wanted.findIndex((other) => other.field === one.field) < index);
      if (twice !== undefined) context.addIssue({ code: 'custom', message: `The filter has '${twice.field}' twice.` });
      return Object.fromEntries(wanted.map((one) => [one.field, one.values[0]])) as Partial<Record<Field, string>>;
    })
    .optional()
    .meta(described(fields, `equals(${field},"${value}")`));
};

const described = (fields: Fields<string>, example: string) => ({
  description: `Which to show; of several conditions, with commas between, all have to hold. ${Object.entries(fields)
    .map(
      ([name, { holds, by }]) => `\`${name}\`${wordsOf(holds)}: ${by.map((operator) => `\`${operator}\``).join(', ')}`,
    )
    .join('; ')}`,
  examples: [example],
});

const wordsOf = (holds: FilterField['holds']): string => (typeof holds === 'string' ? '' : ` (${holds.join(', ')})`);

const comparisons = <Field extends string>(fields: Fields<Field>, without: Readonly<Record<string, string>>) =>
  z
    .string()
    .max(10_000)
    .transform((text, context): readonly Comparison<Field>[] => {
      try {
        const conditions = readFilter(text);
        if (conditions.length > MOST_CONDITIONS) {
          throw new FilterUnreadable(`A filter may hold at most ${MOST_CONDITIONS} conditions.`);
        }
        return conditions.map((condition) => comparisonOf(condition, fields, without));
      } catch (error) {
        if (!(error instanceof FilterUnreadable)) throw error;
        context.addIssue({ code: 'custom', message: error.message });
        return z.NEVER;
      }
    });

/** @throws FilterUnreadable where the field can't be compared so */
function comparisonOf<Field extends string>(
  { operator, field, values, isList }: Condition,
  fields: Fields<Field>,
  without: Readonly<Record<string, string>>,
): Comparison<Field> {
  if (!Object.hasOwn(fields, field)) {
    const known = `there is one for ${Object.keys(fields).join(', ')}`;
    const why = Object.hasOwn(without, field) ? `: ${without[field]}; ` : '; ';
    throw new FilterUnreadable(`There is no filter for ${quoted(field)}${why}${known}.`);
  }
  const { by, holds } = fields[field as Field];
  const known = by.find((one) => one === operator);
  if (known === undefined) {
    throw new FilterUnreadable(
      `${quoted(field)} can't be compared by ${quoted(operator)}; ${by.join(', ')} can be used.`,
    );
  }
  if (isList !== (known === 'any')) {
    const form = known === 'any' ? `any(${field},["…","…"])` : `${known}(${field},…)`;
    throw new FilterUnreadable(`The filter has ${isList ? 'a' : 'no'} list for ${quoted(field)}; write it as ${form}.`);
  }
  if (values.length > MOST_VALUES) {
    throw new FilterUnreadable(`A list in a filter may hold at most ${MOST_VALUES} entries.`);
  }
  const [first, ...others] = values.map((value) => comparedWith(field, known, value, holds));
  return { field: field as Field, operator: known, values: [first as Compared, ...others] };
}

const time = z.iso.datetime({ offset: true });

const PARTS: readonly Operator[] = ['contains', 'starts-with', 'ends-with'];

function comparedWith(field: string, operator: Operator, value: string, holds: FilterField['holds']): Compared {
  const refuse = (what: string) =>
    new FilterUnreadable(`The filter compares ${quoted(field)} with ${what}, not ${quoted(value)}.`);
  if (holds === 'truth') {
    if (value !== 'true' && value !== 'false') throw refuse('true or false');
    return value === 'true';
  }
  if (holds === 'time') {
    if (!time.safeParse(value).success) throw refuse('a time such as 2026-01-31T09:30:00Z');
    return new Date(value).toISOString();
  }
  if (holds === 'text') {
    // PostgreSQL takes no text with a NUL, and an empty one is a part of any.
    if (value.includes('\0') || (value === '' && PARTS.includes(operator))) throw refuse('a text that can be in it');
    return value;
  }
  if (!holds.includes(value)) throw refuse(`one of ${holds.join(', ')}`);
  return value;
}

import { type Expression, type RawBuilder, type SqlBool, sql } from 'kysely';

/** How a field is compared, in the words of Klaviyo's filters. */
export type Operator =
  | 'equals'
  | 'any'
  | 'contains'
  | 'starts-with'
  | 'ends-with'
  | 'greater-than'
  | 'greater-or-equal'
  | 'less-than'
  | 'less-or-equal';

/** What a field is compared with; times are ISO 8601 in UTC, as the tables have them. */
export type Compared = string | boolean;

/** A condition on one field. */
export interface Comparison<Field extends string = string> {
  field: Field;
  operator: Operator;
  /** One alone, but for `any`, where the field has to be one of them. */
  values: readonly [Compared, ...Compared[]];
}

/**
 * The condition in SQL that every database understands in the same way: `like` would heed case in one and not in another.
 * @param column that it is about; what is true or false is 1 or 0 there
 */
export function conditionOn(column: Expression<unknown>, { operator, values }: Comparison): RawBuilder<SqlBool> {
  const [value, ...others] = values.map((one) => (typeof one === 'boolean' ? Number(one) : one));
  switch (operator) {
    case 'equals':
      return sql`${column} = ${value}`;
    case 'any':
      return sql`${column} in (${sql.join([value, ...others])})`;
    case 'contains':
      return sql`replace(${column}, ${value}, '') <> ${column}`;
    case 'starts-with':
      return sql`substr(${column}, 1, length(${value})) = ${value}`;
    case 'ends-with':
      return sql`(length(${column}) >= length(${value})
        and substr(${column}, length(${column}) - length(${value}) + 1) = ${value})`;
    case 'greater-than':
      return sql`${column} > ${value}`;
    case 'greater-or-equal':
      return sql`${column} >= ${value}`;
    case 'less-than':
      return sql`${column} < ${value}`;
    case 'less-or-equal':
      return sql`${column} <= ${value}`;
  }
}

/** Whether a value meets the condition, for lists that no table holds. */
export function holds(actual: Compared, { operator, values }: Comparison): boolean {
  const [value] = values;
  switch (operator) {
    case 'equals':
      return actual === value;
    case 'any':
      return values.includes(actual);
    case 'contains':
      return String(actual).includes(String(value));
    case 'starts-with':
      return String(actual).startsWith(String(value));
    case 'ends-with':
      return String(actual).endsWith(String(value));
    case 'greater-than':
      return actual > value;
    case 'greater-or-equal':
      return actual >= value;
    case 'less-than':
      return actual < value;
    case 'less-or-equal':
      return actual <= value;
  }
}

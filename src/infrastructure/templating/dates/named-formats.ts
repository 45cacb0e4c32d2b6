/** Django's formats without localisation, which a format may be called by. */
const NAMED_FORMATS: ReadonlyMap<string, string> = new Map([
  ['DATE_FORMAT', 'N j, Y'],
  ['DATETIME_FORMAT', 'N j, Y, P'],
  ['TIME_FORMAT', 'P'],
  ['YEAR_MONTH_FORMAT', 'F Y'],
  ['MONTH_DAY_FORMAT', 'F j'],
  ['SHORT_DATE_FORMAT', 'm/d/Y'],
  ['SHORT_DATETIME_FORMAT', 'm/d/Y P'],
  ['DECIMAL_SEPARATOR', '.'],
  ['THOUSAND_SEPARATOR', ','],
]);

export const namedFormat = (format: string): string => NAMED_FORMATS.get(format) ?? format;

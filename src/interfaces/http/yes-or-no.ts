import { ApiError } from './api-error.js';

/** What a filter compares a field with that is true or false. @throws ApiError invalid */
export function yesOrNo(text: string | undefined): boolean | undefined {
  if (text === undefined) return undefined;
  if (text === 'true' || text === 'false') return text === 'true';
  const detail = 'The filter compares this field with true or false alone.';
  throw new ApiError('invalid', { detail, source: { parameter: 'filter' } });
}

import { pointerTo } from '../../domain/kernel/json-pointer.js';
import { ApiError } from './api-error.js';

/*
 * PostgreSQL's text can't hold NUL, and much that texts are passed on to takes it for their end. So no request may have one,
 * whichever database there is, and it is said where requests are read, for every route.
 */

/** @throws ApiError invalid */
export function refuseNulInAddress(url: string): void {
  if (!url.includes('%00')) return;
  throw new ApiError('invalid', {
    detail: 'The character NUL (%00) stands in the address; none may have it, so take it out.',
  });
}

/** @param body the document's text @throws ApiError invalid, pointing to the first one */
export function refuseNulIn(document: unknown, body: string): void {
  if (!body.includes('\\u0000')) return;
  const pointer = pointerToNul(document);
  if (pointer === undefined) return;
  throw new ApiError('invalid', {
    detail: 'The character NUL (\\u0000) stands in a text or a name here; none may have it, so take it out.',
    source: { pointer },
  });
}

/** Of the value, or of the object with such a name. Without recursion: documents may be nested as deep as they are long. */
function pointerToNul(document: unknown): string | undefined {
  const left: { value: unknown; pointer: string }[] = [{ value: document, pointer: '' }];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const { value, pointer } = next;
    if (typeof value === 'string' && value.includes('\0')) return pointer;
    if (typeof value !== 'object' || value === null) continue;
    const entries = Object.entries(value);
    if (entries.some(([name]) => name.includes('\0'))) return pointer;
    for (const [name, inner] of entries.reverse()) left.push({ value: inner, pointer: pointer + pointerTo([name]) });
  }
  return undefined;
}

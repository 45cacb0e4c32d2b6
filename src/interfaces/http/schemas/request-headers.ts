import { z } from 'zod';

/** zod's records pass over a key of this name, and a header must not be lost without a word. */
export const requestHeaders = z
  .unknown()
  .superRefine((given, context) => {
    if (typeof given !== 'object' || given === null || !Object.hasOwn(given, '__proto__')) return;
    context.addIssue({ code: 'custom', path: ['__proto__'], message: "A header can't be called '__proto__'." });
  })
  .pipe(z.record(z.string(), z.string()))
  .meta({ type: 'object', additionalProperties: { type: 'string' } });

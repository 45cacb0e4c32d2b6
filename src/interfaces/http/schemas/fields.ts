import { z } from 'zod';
import { withExample } from './with-example.js';

/** `{"data": …}`: the envelope of every document. */
export const document = <Data extends z.ZodType>(data: Data) => z.strictObject({ data });

/** A resource of one type in a request. */
export const resource = <Type extends string, Attributes extends z.ZodType>(type: Type, attributes: Attributes) =>
  z.strictObject({ type: z.literal(type), attributes });

/** A resource that exists already; `id` has to be the one in the path. */
export const existing = <Type extends string, Attributes extends z.ZodType>(type: Type, attributes: Attributes) =>
  z.strictObject({ type: z.literal(type), id: z.string(), attributes });

/** Something that Klaviyo takes and hookledger doesn't (yet): null or nothing is the same, anything else is refused. */
export const notTaken = (why: string) => z.null({ error: why }).optional();

/** A name for people. */
export const nameField = (longest = 255) =>
  z
    .string()
    .max(longest)
    .refine((name) => name.trim() !== '', { error: 'The name is empty; give one.' });

/** The path's `{id}`, of a thing that exists. */
export const idOf = (kind: string) =>
  z.strictObject({
    id: withExample(z.string(), `{${kind.toLowerCase().replaceAll(' ', '_')}_id}`).describe(`Of the ${kind}`),
  });

import type { z } from 'zod';

/**
 * A schema with an example that it takes; it stands in the API's description, and a test sends it. `{flow_id}` in one
 * stands for the id of a flow that exists, and so on.
 */
export const withExample = <Schema extends z.ZodType>(schema: Schema, example: z.input<NoInfer<Schema>>): Schema =>
  schema.meta({ examples: [example] }) as Schema;

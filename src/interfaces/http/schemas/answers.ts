import { z } from 'zod';

/** What routes answer, for the API's description. Answers are not parsed by these: they are made of known things. */

const identifier = (type: string) => z.object({ type: z.literal(type), id: z.string() });

const someIdentifier = z.object({ type: z.string(), id: z.string() });

const relationship = z.object({
  data: z.union([someIdentifier, z.array(someIdentifier)]).optional(),
  links: z.object({ self: z.string(), related: z.string() }).optional(),
});

const setUpCheck = z.object({
  verified: z.boolean(),
  detail: z.string().describe('One sentence: what succeeded, or what failed and what to do'),
});

const described = <Attributes extends z.ZodType>(type: string, attributes: Attributes) =>
  z.object({
    type: z.literal(type),
    id: z.string(),
    attributes,
    relationships: z.record(z.string(), relationship).optional(),
    links: z.object({ self: z.string() }).optional(),
    meta: z.object({ set_up_check: setUpCheck.nullable() }).optional().describe('Of a flow action: its latest check'),
  });

const included = z.array(z.looseObject({ type: z.string(), id: z.string() })).optional();

const pageLinks = z.object({ self: z.string(), next: z.string().nullable(), prev: z.null() });

export const resourceAnswer = <Attributes extends z.ZodType>(type: string, attributes: Attributes) =>
  z
    .object({
      data: described(type, attributes),
      included,
      links: z.object({ self: z.string() }),
      meta: z
        .object({ set_up_checks: z.array(setUpCheck.extend({ action_id: z.string() })) })
        .optional()
        .describe('Where the call checked the set-up of flow actions: what came of it, for each'),
    })
    .describe(`One ${type}`);

export const collectionAnswer = <Attributes extends z.ZodType>(type: string, attributes: Attributes) =>
  z
    .object({ data: z.array(described(type, attributes)), included, links: pageLinks })
    .describe(`A page of ${type} resources`);

export const identifiersAnswer = (type: string) =>
  z.object({ data: z.array(identifier(type)), links: pageLinks }).describe(`The ids of a page of ${type} resources`);

export const identifierAnswer = (type: string) =>
  z.object({ data: identifier(type), links: z.object({ self: z.string() }) }).describe(`The id of a ${type}`);

/** No body. */
export const nothing = (what: string) => z.null().describe(what);

/** Every refusal. */
export const errorsAnswer = z
  .object({
    errors: z.array(
      z.object({
        id: z.string(),
        status: z.number(),
        code: z.string(),
        title: z.string(),
        detail: z.string(),
        source: z.object({
          pointer: z.string().optional(),
          parameter: z.string().optional(),
          header: z.string().optional(),
        }),
        meta: z.record(z.string(), z.unknown()).optional(),
      }),
    ),
    meta: z.record(z.string(), z.unknown()).optional(),
  })
  .describe('A refusal, with one entry for each thing that is wrong');

/** ISO 8601, UTC. */
export const time = z.string().meta({ format: 'date-time' });

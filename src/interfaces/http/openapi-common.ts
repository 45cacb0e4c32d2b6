import { z } from 'zod';
import { JSON_API } from './json-api.js';
import { SPOKEN_REVISION } from './revision-header.js';
import { errorsAnswer } from './schemas/answers.js';

/** As much of a document as is changed here. */
interface Described {
  components?: { schemas?: object };
  paths?: Record<string, Record<string, DescribedOperation>>;
}
interface DescribedOperation {
  operationId?: string;
  parameters?: object[];
  requestBody?: { required?: boolean };
  responses: Record<string, object>;
}

const reference = (kind: string, name: string) => ({ $ref: `#/components/${kind}/${name}` });

const refusal = (description: string, headers?: object) => ({
  description,
  ...(headers === undefined ? {} : { headers }),
  content: { [JSON_API]: { schema: reference('schemas', 'Errors') } },
});

const seconds = (description: string, required = false) => ({
  description,
  ...(required ? { required } : {}),
  schema: { type: 'integer', minimum: 0 },
});

const retryAfter = { 'retry-after': seconds('After how many seconds to send the request again', true) };

const RESPONSES = {
  Refused: refusal('A refusal, with one entry for each thing that is wrong'),
  Throttled: refusal('Too many requests; the limits are those of the key or the user', {
    ...retryAfter,
    'ratelimit-limit': seconds('How many requests may come at once'),
    'ratelimit-remaining': seconds('How many of them are left'),
    'ratelimit-reset': seconds('After how many seconds there are all of them again'),
  }),
  Failed: refusal("Something went wrong inside; the server's log tells what under the error's id"),
  Unavailable: refusal(
    'A part that this server works on is away, or behind, or whether two-step authentication is on could not be checked',
    { 'retry-after': seconds('After how many seconds to send the request again') },
  ),
};

const PARAMETERS = {
  Revision: {
    name: 'revision',
    in: 'header',
    description: `The revision of Klaviyo's API that the client was written for. ${SPOKEN_REVISION} is spoken here, which the answer's header of the same name says; clients of other revisions, and of none, are answered in it. What was never a revision is refused`,
    schema: { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}(\\.pre)?$' },
    example: SPOKEN_REVISION,
  },
};

/**
 * Adds what all operations have in common, told once and referred to.
 * @param bodyOptional ids of the operations that can do without their body
 */
export function withCommonParts<Document extends object>(
  document: Document,
  bodyOptional: ReadonlySet<string>,
): Document {
  const { $schema: _, ...errors } = z.toJSONSchema(errorsAnswer);
  const { components, paths = {} } = document as Described;
  for (const [path, operations] of Object.entries(paths)) {
    for (const operation of Object.values(operations)) addTo(operation, path.startsWith('/api/'), bodyOptional);
  }
  return {
    ...document,
    components: {
      ...components,
      schemas: { ...components?.schemas, Errors: errors },
      parameters: PARAMETERS,
      responses: RESPONSES,
    },
  };
}

function addTo(operation: DescribedOperation, ofApi: boolean, bodyOptional: ReadonlySet<string>): void {
  const { operationId, parameters = [], requestBody, responses } = operation;
  if (requestBody !== undefined) requestBody.required = !bodyOptional.has(operationId ?? '');
  operation.responses = { ...responses, '4XX': reference('responses', 'Refused') };
  if (!ofApi) return;
  operation.parameters = [...parameters, reference('parameters', 'Revision')];
  Object.assign(operation.responses, {
    429: reference('responses', 'Throttled'),
    503: reference('responses', 'Unavailable'),
    '5XX': reference('responses', 'Failed'),
  });
}

import { fromJSONSchema, type ZodType } from 'zod';

/** A JSON Schema, or what refers to one, as far as it is looked at here. */
export interface Schema {
  $ref?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
  oneOf?: Schema[];
  anyOf?: Schema[];
  required?: string[];
  [key: string]: unknown;
}

/** One of an operation's parameters. */
export interface Parameter {
  in: string;
  name: string;
  required?: boolean;
  schema: Schema;
  description?: string;
  example?: unknown;
}

/** What the document says about one method of a path. */
export interface Operation {
  operationId?: string;
  summary?: string;
  tags?: string[];
  security?: Record<string, unknown>[];
  parameters?: Parameter[];
  requestBody?: { required: boolean; content: Record<string, { schema: Schema; example?: unknown }> };
  responses: Record<string, ResponseDescribed>;
}
interface ResponseDescribed {
  description: string;
  headers?: Record<string, unknown>;
  content?: Record<string, { schema: Schema }>;
}

/** /openapi.json as the tests read it. */
export interface OpenApi {
  openapi: string;
  tags: { name: string; description: string }[];
  paths: Record<string, Record<string, Operation>>;
  /** The requests that the server sends, by what they tell. */
  webhooks: Record<string, { post: Operation }>;
}

/** An answer, and what it answers. */
export interface Answer {
  method: string;
  /** The path as the document has it; undefined where there is no such route. */
  path: string | undefined;
  /** With its query. */
  url: string;
  status: number;
  contentType: string | undefined;
  body: string;
}

const JSON_API = 'application/vnd.api+json';

/** Compares answers with what /openapi.json says of them. */
export class DocumentedAnswers {
  /** Made once a schema, since that costs more than to use them. */
  readonly #parsers = new Map<string, ZodType>();

  constructor(private readonly document: OpenApi) {}

  /** The operations, each with its path and method. */
  operations(): { method: string; path: string; operation: Operation }[] {
    return Object.entries(this.document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, described]) => {
        const parameters = described.parameters?.map((parameter) => this.resolved<Parameter>(parameter)) ?? [];
        const responses = Object.entries(described.responses).map(([status, response]) => [
          status,
          this.resolved<ResponseDescribed>(response),
        ]);
        const operation = { ...described, parameters, responses: Object.fromEntries(responses) };
        return { method: method.toUpperCase(), path, operation };
      }),
    );
  }

  /** What is wrong with an answer, in a sentence; undefined for a good one, and for what isn't described, such as pages. */
  problem(answer: Answer): string | undefined {
    const { method, path, url, status, contentType, body } = answer;
    const name = `${method} ${url} answered ${status}`;
    const operation = this.document.paths[path ?? '']?.[method.toLowerCase()];
    if (operation === undefined) {
      if (contentType !== JSON_API) return undefined;
      // Refusals of what there is no route for, and of methods that a route doesn't have.
      if (status < 400) return `${name}, and no operation is described that does so.`;
      return this.#mismatch(name, 'Errors', { $ref: '#/components/schemas/Errors' }, body);
    }
    const { responses } = operation;
    const key = [String(status), `${Math.floor(status / 100)}XX`].find((one) => responses[one] !== undefined);
    if (key === undefined) return `${name}, which is not among the described ${Object.keys(responses).join(', ')}.`;
    const { content } = this.resolved<ResponseDescribed>(responses[key]);
    if (content === undefined) return body === '' ? undefined : `${name} with a body, though none is described.`;
    const mediaType = contentType?.split(';', 1)[0] ?? '';
    const schema = content[mediaType]?.schema;
    if (schema === undefined) return `${name} with ${contentType}, which is not among the described media types.`;
    // Prometheus' figures, for one, are a text by themselves.
    if (!mediaType.endsWith('json')) return undefined;
    const fields = this.#askedForFields(schema, url);
    return this.#mismatch(name, `${method} ${path} ${key}${fields ? ' fields' : ''}`, schema, body, fields);
  }

  resolved<Node>(node: unknown): Node {
    const { $ref } = node as { $ref?: string };
    if ($ref === undefined) return node as Node;
    let found: unknown = this.document;
    for (const step of $ref.split('/').slice(1)) found = (found as Record<string, unknown>)[step];
    return found as Node;
  }

  #mismatch(name: string, key: string, schema: Schema, body: string, fields = false): string | undefined {
    let document: unknown;
    try {
      document = JSON.parse(body);
    } catch {
      return `${name} with a body that is not JSON.`;
    }
    let parser = this.#parsers.get(key);
    if (parser === undefined) {
      const whole = this.resolved<Schema>(schema);
      parser = fromJSONSchema((fields ? withFewerFields(whole) : whole) as Parameters<typeof fromJSONSchema>[0]);
      this.#parsers.set(key, parser);
    }
    const { success, error } = parser.safeParse(document);
    if (success) return undefined;
    const problems = error.issues.map(({ path, message }) => `/${path.join('/')}: ${message}`);
    return `${name}, not as described: ${problems.join('; ')}`;
  }

  /** Whether the caller asked for some attributes alone; the schemas are of all, as JSON:API's sparse fieldsets are. */
  #askedForFields(schema: Schema, url: string): boolean {
    const type = resourceIn(schema)?.properties?.type?.enum as string[] | undefined;
    return type !== undefined && new URL(url, 'http://localhost').searchParams.has(`fields[${type[0]}]`);
  }
}

/** The schema of the resource that a document is about, or of one of them. */
function resourceIn({ properties }: Schema): Schema | undefined {
  return properties?.data?.items ?? properties?.data;
}

/** The same, but no attribute has to be there. */
function withFewerFields(schema: Schema): Schema {
  const copy = structuredClone(schema);
  const attributes = resourceIn(copy)?.properties?.attributes;
  if (attributes !== undefined) requireNothing(attributes);
  return copy;
}

function requireNothing(schema: Schema): void {
  delete schema.required;
  for (const property of Object.values(schema.properties ?? {})) requireNothing(property);
  // Of what little is left, more than one form may be true.
  const forms = schema.oneOf ?? schema.anyOf;
  if (forms === undefined) return;
  delete schema.oneOf;
  schema.anyOf = forms;
  for (const form of forms) requireNothing(form);
}

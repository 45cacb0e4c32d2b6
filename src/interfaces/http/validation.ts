import type { FastifySchemaCompiler } from 'fastify';
import type { z } from 'zod';
import { pointerTo } from '../../domain/kernel/json-pointer.js';
import { ApiError, MAX_PROBLEMS, type Problem } from './api-error.js';

/** fastify's validator: parses each part of a request by its zod schema, once; what is wrong with it is answered as 400. */
export const validatorCompiler: FastifySchemaCompiler<z.ZodType> =
  ({ schema, httpPart }) =>
  (data) => {
    if (httpPart === 'body' && (data === undefined || data === null)) {
      if (schema.safeParse(undefined).success) return { value: undefined };
      return {
        error: new ApiError('invalid', {
          detail: 'The request has no body; send a JSON document.',
          source: { pointer: '' },
        }),
      };
    }
    const parsed = schema.safeParse(data, { error: describe, reportInput: true });
    if (parsed.success) return { value: parsed.data };
    const problems = problemsOf(parsed.error, httpPart === 'body');
    return { error: new ApiError('invalid', problems) };
  };

/** One problem for each thing that is wrong, unknown fields each by itself. */
function problemsOf(error: z.ZodError, inBody: boolean): Problem[] {
  const problems: Problem[] = [];
  for (const issue of error.issues) {
    if (problems.length >= MAX_PROBLEMS) break;
    if (issue.code !== 'unrecognized_keys') {
      problems.push({ detail: issue.message, source: sourceOf(issue.path, inBody) });
      continue;
    }
    for (const key of issue.keys.slice(0, MAX_PROBLEMS)) {
      const detail = inBody
        ? `'${shortened(key)}' is not a field that this request takes here; take it out.`
        : `'${shortened(key)}' is not a query parameter that this request takes; take it out.`;
      problems.push({ detail, source: sourceOf([...issue.path, key], inBody) });
    }
  }
  return problems;
}

const sourceOf = (path: readonly PropertyKey[], inBody: boolean) =>
  inBody ? { pointer: pointerTo(path) } : { parameter: String(path[0] ?? '') };

/** What is wrong in a plain sentence, unless the schema has its own. */
function describe(issue: z.core.$ZodRawIssue): string | undefined {
  const name = nameOf(issue.path ?? []);
  switch (issue.code) {
    case 'invalid_type':
      if (issue.input === undefined) return `${name} is missing.`;
      return `${name} has to be ${KINDS[issue.expected] ?? issue.expected}, not ${kindOf(issue.input)}.`;
    case 'invalid_value':
      if (issue.input === undefined) return `${name} is missing; it has to be ${listed(issue.values)}.`;
      return `${name} has to be ${listed(issue.values)}, not ${quoted(issue.input)}.`;
    case 'too_small':
      return `${name} has to hold at least ${issue.minimum} ${unitOf(issue.origin, issue.minimum)}.`;
    case 'too_big':
      return `${name} may hold at most ${issue.maximum} ${unitOf(issue.origin, issue.maximum)}.`;
    case 'invalid_union':
      if (issue.input === undefined) return `${name} is missing.`;
      return `${name} can't be ${quoted(issue.input)}; /openapi.json says what it can be.`;
    default:
      return undefined;
  }
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  record: 'an object',
  array: 'a list',
  null: 'null',
};

/** A JSON value's kind, in the same words. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return KINDS[typeof value] ?? typeof value;
}

function nameOf(path: readonly PropertyKey[]): string {
  const last = path.at(-1);
  if (last === undefined) return 'The document';
  return typeof last === 'number'
    ? `Entry ${last} of ${String(path.at(-2) ?? 'the list')}`
    : `'${shortened(String(last))}'`;
}

function listed(values: readonly unknown[]): string {
  const all = values.map(quoted);
  return all.length > 1 ? `${all.slice(0, -1).join(', ')} or ${all.at(-1)}` : (all[0] ?? 'nothing');
}

/** A value as it can stand in a sentence. */
export function quoted(value: unknown): string {
  if (typeof value === 'string') return `'${shortened(value)}'`;
  return typeof value === 'object' && value !== null ? kindOf(value) : String(value);
}

const shortened = (text: string): string => (text.length > 80 ? `${text.slice(0, 80)}…` : text);

const UNITS: Readonly<Record<string, readonly [one: string, many: string]>> = {
  string: ['character', 'characters'],
  array: ['entry', 'entries'],
};

const unitOf = (origin: string, count: number | bigint): string => UNITS[origin]?.[Number(count) === 1 ? 0 : 1] ?? '';

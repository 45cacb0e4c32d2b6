import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import type { z } from 'zod';
import { findJsonFault } from '../../infrastructure/templating/json-syntax.js';
import { ApiError } from '../http/api-error.js';
import { validatorCompiler } from '../http/validation.js';
import { WorkFailed } from './work-failed.js';

/**
 * A JSON document from a file, or from standard input for `-`.
 * @throws WorkFailed where it can't be read or is not JSON
 */
export async function readJson(file: string): Promise<unknown> {
  const source = await readText(file);
  try {
    return JSON.parse(source);
  } catch {
    const fault = findJsonFault(source);
    const place = fault === undefined ? '' : `; it breaks off at line ${fault.line}, column ${fault.column}`;
    throw new WorkFailed(`${nameOf(file)} is not valid JSON${place}.`);
  }
}

/** Checks a document as the HTTP API does; what is wrong is thrown as lines, each with the place that it has. */
export function validated<Schema extends z.ZodType>(
  document: unknown,
  schema: Schema,
  placeOf: (pointer: string) => string,
  refusal: (problems: string) => Error,
): z.infer<Schema> {
  const validate = validatorCompiler({ schema, method: '', url: '', httpPart: 'body' });
  const { value, error } = validate(document) as { value?: z.infer<Schema>; error?: Error };
  if (error === undefined) return value as z.infer<Schema>;
  if (!(error instanceof ApiError)) throw error;
  const problems = error.problems.map(({ detail, source }) => {
    const pointer = source !== undefined && 'pointer' in source ? source.pointer : '';
    return `${placeOf(pointer)}: ${detail}`;
  });
  throw refusal(problems.join('\n'));
}

export const nameOf = (file: string): string => (file === '-' ? 'Standard input' : file);

/** A text from a file, or from standard input for `-`. @throws WorkFailed where it can't be read */
export async function readText(file: string): Promise<string> {
  if (file === '-') return text(process.stdin);
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new WorkFailed(`${file} can't be read: ${(error as Error).message}`);
  }
}

import type { DocumentedAnswers, Operation } from './documented-answers.js';
import { ExistingThings } from './existing-things.js';
import type { Person } from './person.js';
import type { RunningServer } from './running-server.js';
import { inWordsOfSdk, type SdkCall } from './sdk-calls.js';

/** A call of the client that hookledger has, with its description. */
export interface SliceCall {
  call: SdkCall;
  path: string;
  operation: Operation;
}

/** `GET /api/flows/{}` */
export const placeOf = (method: string, path: string): string => `${method} ${path.replaceAll(/\{\w+\}/g, '{}')}`;

/** Options whose value is a list of words. */
export const isList = (parameter: string): boolean => /^(?:include|(?:additional-)?fields\[.*\])$/.test(parameter);

/** The calls that hookledger has, of all that the client can make. */
export function sliceOf(calls: readonly SdkCall[], documented: DocumentedAnswers): SliceCall[] {
  const known = new Map(documented.operations().map((one) => [placeOf(one.method, one.path), one]));
  return calls.flatMap((call) => {
    const found = known.get(placeOf(call.method, call.path));
    return found === undefined ? [] : [{ call, path: found.path, operation: found.operation }];
  });
}

/** What a call is given: from the description's examples, made for this one call. */
export async function exampleOf({ call, operation }: SliceCall, server: RunningServer, person: Person) {
  const things = new ExistingThings(server, person);
  const filled = async (value: unknown) => JSON.parse(await things.fill(JSON.stringify(value))) as unknown;
  const inPath = (operation.parameters ?? []).filter((one) => one.in === 'path');
  const given: unknown[] = [];
  for (const name of call.takes) {
    if (name === call.body?.name) {
      const body = (await filled(operation.requestBody?.content['application/json']?.example)) as { data?: object };
      // The client's own serializer fails on `unset`, which is in there alone.
      if (call.name === 'updateProfile' && body.data !== undefined) Reflect.deleteProperty(body.data, 'meta');
      given.push(inWordsOfSdk(body, call.body.model));
    } else given.push(await filled(inPath.shift()?.example));
  }
  const options: Record<string, unknown> = {};
  for (const { name, parameter } of call.options) {
    const example = operation.parameters?.find((one) => one.name === parameter)?.example;
    if (example === undefined) continue;
    const value = String(await filled(example));
    options[name] = isList(parameter) ? value.split(',') : value;
  }
  return { given, options };
}

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import * as klaviyo from 'klaviyo-api';

/** One call of Klaviyo's own client, as its code has it. */
export interface SdkCall {
  /** The class and the method, such as `FlowsApi.getFlow`. */
  id: string;
  api: string;
  /** Klaviyo's name of the operation; older names of the same method are left out. */
  name: string;
  method: string;
  /** With the parameters as the client names them: `/api/flows/{id}`. */
  path: string;
  /** The names of what it takes, but for the options. */
  takes: readonly string[];
  /** Which of them is the body, and its model. */
  body?: { name: string; model: string };
  /** What can be asked for in the query. */
  options: readonly SdkOption[];
  /** What its `filter` takes, as its documentation says: each field with its operators. */
  filters: readonly { field: string; operators: readonly string[] }[];
}

export interface SdkOption {
  /** As a caller of the client writes it: `fieldsFlow`. */
  name: string;
  /** As it is sent: `fields[flow]`. */
  parameter: string;
  /** What the client's types let it be; none where it can be anything. */
  words: readonly string[];
}

type Callable = (...given: unknown[]) => Promise<SdkAnswer>;
export interface SdkAnswer {
  response: { status: number; data: unknown; headers: Record<string, string> };
  body: unknown;
}

/** It speaks to Klaviyo's log-in, not to its API, and can't be pointed at a server. */
const NO_API = 'OAuthApi';

/** Where its types are declared. */
const CLIENT = dirname(createRequire(import.meta.url).resolve('klaviyo-api'));

/** Every call that the installed client can make. */
export function sdkCalls(): SdkCall[] {
  const calls: SdkCall[] = [];
  for (const [api, { prototype }] of apiClasses()) {
    const filters = documentedFilters(api);
    const seen = new Set<unknown>();
    for (const name of Object.getOwnPropertyNames(prototype)) {
      const value = Object.getOwnPropertyDescriptor(prototype, name)?.value as unknown;
      if (name === 'constructor' || typeof value !== 'function' || seen.has(value)) continue;
      seen.add(value);
      calls.push({ ...readCall(api, name, value.toString()), filters: filters.get(name) ?? [] });
    }
  }
  return calls;
}

interface ApiClass {
  new (session: klaviyo.ApiKeySession): { basePath: string } & Record<string, Callable>;
  prototype: object;
}

const apiClasses = (): [string, ApiClass][] =>
  Object.entries(klaviyo as unknown as Record<string, ApiClass>).filter(
    ([name, value]) => name.endsWith('Api') && name !== NO_API && typeof value === 'function',
  );

/** The client is generated, so that each method has the same words; what isn't found there is a mistake here. */
function readCall(api: string, name: string, code: string): Omit<SdkCall, 'filters'> {
  const read = (pattern: RegExp): string => {
    const found = pattern.exec(code)?.[1];
    if (found === undefined) throw new Error(`${api}.${name} is not written as the client's other calls are.`);
    return found;
  };
  const takes = read(/^\w+\(([^)]*)\)/)
    .split(',')
    .map((parameter) => parameter.trim())
    .filter((parameter) => parameter !== '' && !parameter.startsWith('options'));
  const [, bodyName, model] = /data: models_1\.ObjectSerializer\.serialize\((\w+), "([^"]+)"\)/.exec(code) ?? [];
  const options = [
    ...code.matchAll(
      /localVarQueryParameters\['([^']+)'\] = models_1\.ObjectSerializer\.serialize\(options\.(\w+), "([^"]*)"\)/g,
    ),
  ].map(([, parameter = '', option = '', type = '']) => ({
    name: option,
    parameter,
    words: [...type.matchAll(/'([^']+)'/g)].map(([, word = '']) => word),
  }));
  return {
    id: `${api}.${name}`,
    api,
    name,
    method: read(/method: '(\w+)'/),
    path: read(/localVarPath = this\.basePath \+ '([^']+)'/),
    takes,
    ...(bodyName === undefined || model === undefined ? {} : { body: { name: bodyName, model } }),
    options,
  };
}

/** By the name of the method. It is in the comments alone, as `` `name`: `any`, `equals` `` with HTML between. */
function documentedFilters(api: string): Map<string, SdkCall['filters']> {
  const text = readFileSync(join(CLIENT, 'api', `${api.charAt(0).toLowerCase()}${api.slice(1)}.d.ts`), 'utf8');
  const methods = [...text.matchAll(/\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*(\w+)\(/g)];
  return new Map(
    methods.map(([, comment = '', name = '']) => {
      const [, allowed = ''] =
        /@param filter .*?Allowed field\(s\)\/operator\(s\):(.*?)(?:\* @param|\n)/.exec(comment) ?? [];
      const lines = allowed.replaceAll('&#x60;', '').split('&lt;br&gt;').filter(Boolean);
      const filters = lines.map((line) => {
        const [field = '', operators = ''] = line.split(': ');
        return { field, operators: operators.split(', ').map((operator) => operator.trim()) };
      });
      return [name, filters];
    }),
  );
}

/** The client pointed at a server, for whatever call. */
export class SdkCaller {
  readonly #apis = new Map<string, Record<string, Callable>>();
  #alsoAsked: Record<string, string> = {};

  constructor(url: string, key: string) {
    const alsoAsked = () => this.#alsoAsked;
    class Session extends klaviyo.ApiKeySession {
      override async requestWithRetry(config: Parameters<klaviyo.ApiKeySession['requestWithRetry']>[0]) {
        config.params = { ...config.params, ...alsoAsked() };
        return super.requestWithRetry(config);
      }
    }
    const repeatsNothing = new klaviyo.RetryWithExponentialBackoff({ retryCodes: [], numRetries: 1 });
    for (const [name, Api] of apiClasses()) {
      const api = new Api(new Session(key, repeatsNothing));
      api.basePath = url;
      this.#apis.set(name, api);
    }
  }

  /**
   * Makes a call. What is refused is thrown as the client does it.
   * @param alsoAsked query parameters that the client has no option for, and our routes have
   */
  async call(
    { api, name }: SdkCall,
    given: readonly unknown[],
    options: object = {},
    alsoAsked: Record<string, string> = {},
  ): Promise<SdkAnswer> {
    this.#alsoAsked = alsoAsked;
    const apiObject = this.#apis.get(api);
    if (apiObject === undefined) throw new Error(`The client has no ${api}.`);
    return (apiObject[name] as Callable).call(apiObject, ...given, options);
  }
}

/** Stands for anything: an id, or a document without any field. */
export class Anything {
  toString(): string {
    return 'anything';
  }
}

interface ModelClass {
  /** With what it extends. */
  getAttributeTypeMap?(): { name: string; baseName: string; type: string }[];
}

/**
 * A document as it is sent, in the client's own words. The client's own reader can't be used for it: it fails on unions.
 * @param type as the client's models name it
 */
export function inWordsOfSdk(document: unknown, type: string): unknown {
  if (typeof document !== 'object' || document === null || OPAQUE.test(type)) return document;
  if (Array.isArray(document)) return document.map((one) => inWordsOfSdk(one, type.replace(/^Array<(.*)>$/, '$1')));
  const model = (klaviyo as unknown as Record<string, ModelClass | undefined>)[type];
  const entries = Object.entries(document).map(([key, value]) => {
    const attribute = model?.getAttributeTypeMap?.().find(({ baseName }) => baseName === key);
    if (attribute !== undefined) return [attribute.name, inWordsOfSdk(value, attribute.type)];
    // A union: which of its models it is does not matter, since all are spelled alike.
    const name = key.replaceAll(/[_-](\w)/g, (_, letter: string) => letter.toUpperCase());
    return [name, key === 'headers' ? value : inWordsOfSdk(value, 'union')];
  });
  return Object.fromEntries(entries);
}

/** What the caller names as it likes. */
const OPAQUE = /^(?:any|object|\{.*\})$/;

/**
 * Compares a JSON answer with what the client made of it: each field is one that the client's model has, what the model
 * needs is there, null only where it may be, and texts, numbers and times are such. Tells what is wrong, each with its place.
 * @param fewerFields whether the caller asked for some attributes alone
 */
export function differences(raw: unknown, read: unknown, fewerFields: boolean, place = ''): string[] {
  if (read instanceof Date) {
    const isTime = typeof raw === 'string' && !Number.isNaN(read.getTime());
    return isTime ? [] : [`${place}: ${JSON.stringify(raw)} is no time`];
  }
  if (Array.isArray(raw) && Array.isArray(read)) {
    return raw.flatMap((one, index) => differences(one, read[index], fewerFields, `${place}/${index}`));
  }
  if (typeof raw !== 'object' || raw === null || typeof read !== 'object' || read === null) return [];
  const model = (read as object).constructor as ModelClass & { name: string };
  // The client knows no model for it, such as for a profile's own properties.
  if (model.getAttributeTypeMap === undefined) return [];
  const attributes = new Map(model.getAttributeTypeMap().map((attribute) => [attribute.baseName, attribute]));
  const declared = declarationOf(model.name);
  const problems: string[] = [];
  for (const [key, value] of Object.entries(raw)) {
    const attribute = attributes.get(key);
    if (attribute === undefined) {
      problems.push(`${place}/${key}: ${model.name} has no such field`);
      continue;
    }
    const { type } = attribute;
    if (value === null) {
      if (declared.get(attribute.name)?.nullable === false)
        problems.push(`${place}/${key}: ${model.name} has no null here`);
    } else if (PRIMITIVES.has(type) && typeof value !== type) {
      problems.push(`${place}/${key}: is ${typeof value}, and ${type} in ${model.name}`);
    }
    problems.push(
      ...differences(value, (read as Record<string, unknown>)[attribute.name], fewerFields, `${place}/${key}`),
    );
  }
  if (fewerFields && place.endsWith('/attributes')) return problems;
  for (const [key, { name }] of attributes) {
    if (declared.get(name)?.required && !(key in raw)) problems.push(`${place}/${key}: is missing for ${model.name}`);
  }
  return problems;
}

const PRIMITIVES: ReadonlySet<string> = new Set(['string', 'number', 'boolean']);

interface Declared {
  required: boolean;
  nullable: boolean;
}

const declarations = new Map<string, ReadonlyMap<string, Declared>>();

/** Which of a model's fields have to be there, and which may be null: its type declarations alone say so. */
function declarationOf(model: string): ReadonlyMap<string, Declared> {
  let declared = declarations.get(model);
  if (declared === undefined) {
    const text = readFileSync(join(CLIENT, 'model', `${model.charAt(0).toLowerCase()}${model.slice(1)}.d.ts`), 'utf8');
    const fields = [...text.matchAll(/^ {4}'(\w+)'(\??): (.*);$/gm)];
    declared = new Map(
      fields.map(([, name = '', optional, type = '']) => [
        name,
        { required: optional === '', nullable: /\| null|\bany\b/.test(type) },
      ]),
    );
    declarations.set(model, declared);
  }
  return declared;
}

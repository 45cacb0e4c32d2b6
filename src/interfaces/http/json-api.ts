import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Page } from '../../projections/page.js';
import { ApiError } from './api-error.js';

export const JSON_API = 'application/vnd.api+json';

/** Bytes, since to a text fastify would add a charset, which this media type doesn't have (JSON:API, section 5.1). */
export function sendDocument(reply: FastifyReply, document: object): FastifyReply {
  return reply.header('content-type', JSON_API).send(Buffer.from(JSON.stringify(document)));
}

/** What names a thing. */
export interface Identifier {
  type: string;
  id: string;
}

/** A thing as JSON:API shows it. */
export interface Resource extends Identifier {
  attributes: object;
  /** Where it is found; a thing without one has no address of its own. */
  path?: string;
  relationships?: Readonly<Record<string, Relationship>>;
  /** What Klaviyo has no attribute for. */
  meta?: Readonly<Record<string, unknown>>;
}

/** To which things it leads, and whether it has addresses below its resource's path. */
export interface Relationship {
  data?: Identifier | readonly Identifier[];
  linked?: boolean;
}

/** Answers with one resource, with what the caller asked to have included, and with what else is to be said. */
export function sendResource(
  request: FastifyRequest,
  reply: FastifyReply,
  resource: Resource,
  included?: readonly Resource[],
  meta?: Readonly<Record<string, unknown>>,
): FastifyReply {
  const data = shown(request, resource);
  const links = { self: `${originOf(request)}${resource.path ?? request.url}` };
  return sendDocument(reply, {
    data,
    links,
    ...(included === undefined ? {} : { included: included.map((one) => shown(request, one)) }),
    ...(meta === undefined ? {} : { meta }),
  });
}

/** Answers with a page of resources, and with what the caller asked to have included. */
export function sendCollection(
  request: FastifyRequest,
  reply: FastifyReply,
  page: Page<Resource>,
  included?: readonly Resource[],
): FastifyReply {
  const data = page.items.map((resource) => shown(request, resource));
  const links = pageLinks(request, page);
  if (included === undefined) return sendDocument(reply, { data, links });
  return sendDocument(reply, { data, links, included: included.map((one) => shown(request, one)) });
}

/** Answers with the names alone of a page of resources: what JSON:API calls a relationship. */
export function sendIdentifiers(request: FastifyRequest, reply: FastifyReply, page: Page<Identifier>): FastifyReply {
  const data = page.items.map(({ type, id }) => ({ type, id }));
  return sendDocument(reply, { data, links: pageLinks(request, page) });
}

/** Answers with the name alone of one resource. */
export function sendIdentifier(request: FastifyRequest, reply: FastifyReply, { type, id }: Identifier): FastifyReply {
  return sendDocument(reply, { data: { type, id }, links: { self: `${originOf(request)}${request.url}` } });
}

/** All of it on one page. */
export const onePage = <Item>(items: readonly Item[]): Page<Item> => ({ items, nextCursor: undefined });

export const mapPage = <Item, Shown>({ items, nextCursor }: Page<Item>, show: (item: Item) => Shown): Page<Shown> => ({
  items: items.map(show),
  nextCursor,
});

/** Where the server was reached, for links. */
const originOf = ({ protocol, host }: FastifyRequest): string => `${protocol}://${host || 'localhost'}`;

function shown(request: FastifyRequest, { type, id, attributes, path, relationships, meta }: Resource): object {
  const fields = (request.query as Readonly<Record<string, readonly string[] | undefined>>)[`fields[${type}]`];
  const self = path === undefined ? undefined : originOf(request) + path;
  return {
    type,
    id,
    attributes: fields === undefined ? attributes : onlyFields(attributes, fields),
    ...(relationships === undefined ? {} : { relationships: shownRelationships(relationships, self) }),
    ...(self === undefined ? {} : { links: { self } }),
    ...(meta === undefined ? {} : { meta }),
  };
}

function shownRelationships(relationships: Readonly<Record<string, Relationship>>, self: string | undefined): object {
  const entries = Object.entries(relationships).map(([name, { data, linked }]) => [
    name,
    {
      ...(data === undefined ? {} : { data }),
      ...(linked ? { links: { self: `${self}/relationships/${name}`, related: `${self}/${name}` } } : {}),
    },
  ]);
  return Object.fromEntries(entries);
}

/** A sparse fieldset: only the named fields; `definition.actions` is a field inside of another. */
function onlyFields(attributes: object, fields: readonly string[]): object {
  const whole = new Set<string>();
  const parts = new Map<string, string[]>();
  for (const field of fields) {
    const dot = field.indexOf('.');
    if (dot === -1) whole.add(field);
    else parts.set(field.slice(0, dot), [...(parts.get(field.slice(0, dot)) ?? []), field.slice(dot + 1)]);
  }
  const kept = Object.entries(attributes).flatMap(([name, value]): [string, unknown][] => {
    if (whole.has(name)) return [[name, value]];
    const wanted = parts.get(name);
    if (wanted === undefined) return [];
    const hasFields = typeof value === 'object' && value !== null && !Array.isArray(value);
    return [[name, hasFields ? onlyFields(value, wanted) : value]];
  });
  return Object.fromEntries(kept);
}

function pageLinks(request: FastifyRequest, { nextCursor }: Page<unknown>): object {
  const origin = originOf(request);
  const [path = '', query] = request.url.split('?', 2);
  const parameters = new URLSearchParams(query);
  if (nextCursor !== undefined) parameters.set('page[cursor]', nextCursor);
  const next = nextCursor === undefined ? null : `${origin}${path}?${parameters}`;
  return { self: `${origin}${request.url}`, next, prev: null };
}

/** What the path names, or 404. */
export function found<T>(thing: T | undefined, kind: string, id: string): T {
  if (thing === undefined) throw new ApiError('not_found', { detail: `There is no ${kind} with the id '${id}'.` });
  return thing;
}

/** A document that names a resource names the one of the path. */
export function checkIdOfPath(inPath: string, inDocument: string, pointer = '/data/id'): void {
  if (inPath === inDocument) return;
  const detail = `'id' is '${inDocument}', but the path names '${inPath}'; they have to be the same.`;
  throw new ApiError('invalid', { detail, source: { pointer } });
}

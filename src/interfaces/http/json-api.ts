import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiError } from './api-error.js';

export const JSON_API = 'application/vnd.api+json';

/** Bytes, since to a text fastify would add a charset, which this media type doesn't have (JSON:API, section 5.1). */
export function sendDocument(reply: FastifyReply, document: object): FastifyReply {
  return reply.header('content-type', JSON_API).send(Buffer.from(JSON.stringify(document)));
}

/** A thing as JSON:API shows it. */
export interface Resource {
  type: string;
  id: string;
  attributes: object;
  relationships?: Readonly<Record<string, object>>;
}

/** One page of things, and the cursor that the next one begins at. */
export interface Page<Item> {
  items: readonly Item[];
  nextCursor: string | undefined;
}

/** Where the server was reached, for links. */
const originOf = ({ protocol, host }: FastifyRequest): string => `${protocol}://${host}`;

/** Answers with one resource; `path` leads to it. */
export function sendResource(request: FastifyRequest, reply: FastifyReply, path: string, resource: Resource): FastifyReply {
  const links = { self: `${originOf(request)}${path}/${encodeURIComponent(resource.id)}` };
  return sendDocument(reply, { data: { ...resource, links }, links });
}

/** Answers with a page of resources, each found under `path`; without a path they have no address of their own. */
export function sendCollection(
  request: FastifyRequest,
  reply: FastifyReply,
  path: string | undefined,
  { items, nextCursor }: Page<Resource>,
): FastifyReply {
  const origin = originOf(request);
  const data = items.map((resource) =>
    path === undefined
      ? resource
      : { ...resource, links: { self: `${origin}${path}/${encodeURIComponent(resource.id)}` } },
  );
  const self = new URL(request.url, origin);
  const next = nextCursor === undefined ? null : withCursor(self, nextCursor);
  return sendDocument(reply, { data, links: { self: self.href, next, prev: null } });
}

function withCursor(url: URL, cursor: string): string {
  const next = new URL(url);
  next.searchParams.set('page[cursor]', cursor);
  return next.href;
}

/** What the path names, or 404. */
export function found<T>(thing: T | undefined, kind: string, id: string): T {
  if (thing === undefined) throw new ApiError('not_found', { detail: `There is no ${kind} with the id '${id}'.` });
  return thing;
}

/** A document that names a resource names the one of the path. */
export function checkIdOfPath(inPath: string, inDocument: string): void {
  if (inPath === inDocument) return;
  const detail = `'id' is '${inDocument}', but the path names '${inPath}'; they have to be the same.`;
  throw new ApiError('invalid', { detail, source: { pointer: '/data/id' } });
}

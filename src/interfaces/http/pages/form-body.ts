import type { FastifyRequest } from 'fastify';
import type { HttpServer } from '../http-server.js';

/** Far more than the fields of any form here. */
export const MAX_FORM_BYTES = 16 * 1024;

/** Reads what browsers make of forms, and nothing else; holds for the routes of `app` alone. */
export function readForms(app: HttpServer): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: MAX_FORM_BYTES },
    (_request, body, done) => done(null, new URLSearchParams(body as string)),
  );
}

/** What was typed into all fields of that name, in their order. */
export function fieldsOf({ body }: FastifyRequest, name: string): readonly string[] {
  return body instanceof URLSearchParams ? body.getAll(name) : [];
}

/** What was typed into a field of the form; empty where it has none of that name. */
export function fieldOf({ body }: FastifyRequest, name: string): string {
  return body instanceof URLSearchParams ? (body.get(name) ?? '') : '';
}

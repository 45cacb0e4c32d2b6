import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { Ids } from '../../../application/ports/ids.js';
import { ApiError, type ErrorKind } from '../api-error.js';
import { JSON_API } from '../json-api.js';
import { MAX_HEADER_BYTES } from './limits.js';
import { SECURITY_HEADERS } from './security-headers.js';

/**
 * Answers what Node's parser refuses, on the bare socket, and closes the connection: where one request can't be read,
 * nobody knows where the next begins, and guessing is what request smuggling lives on (RFC 9112, section 11.2).
 */
export const answerUnparsable =
  (ids: Ids) =>
  (error: Error & { code?: string }, socket: Socket): void => {
    // Node marks a socket on which an answer is under way; a second answer inside of it would be taken for part of it.
    const answering = (socket as { _httpMessage?: { headersSent: boolean } | null })._httpMessage?.headersSent === true;
    if (error.code === 'ECONNRESET' || !socket.writable || answering) return void socket.destroy();
    const { status, headers, body } = refusal(error.code, ids);
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`, () => socket.destroy());
  };

/** What `Expect` asks for and isn't there; Node would answer without our headers. */
export function answerExpectations(app: FastifyInstance, ids: Ids): void {
  app.server.on('checkExpectation', (_request: IncomingMessage, response: ServerResponse) => {
    const { status, headers, body } = refusal('EXPECTATION', ids);
    response.writeHead(status, headers).end(body);
  });
}

function refusal(code: string | undefined, ids: Ids) {
  const { kind, detail } = REFUSALS[code ?? ''] ?? UNREADABLE;
  const error = new ApiError(kind, { detail });
  const body = JSON.stringify({ errors: error.toObjects(() => ids.next()) });
  const headers = {
    ...SECURITY_HEADERS,
    'content-type': JSON_API,
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  };
  return { status: error.status, headers, body };
}

const UNREADABLE: { kind: ErrorKind; detail: string } = {
  kind: 'invalid',
  detail: 'The request is not valid HTTP/1.1; the connection is closed.',
};

const REFUSALS: Readonly<Record<string, typeof UNREADABLE>> = {
  ERR_HTTP_REQUEST_TIMEOUT: {
    kind: 'request_timeout',
    detail: 'The request took too long to arrive; send it again, or in parts.',
  },
  HPE_HEADER_OVERFLOW: {
    kind: 'headers_too_large',
    detail: `The address and the headers are larger than ${MAX_HEADER_BYTES / 1024} KiB together; send less.`,
  },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: { kind: 'payload_too_large', detail: "The chunks' extensions are too large." },
  EXPECTATION: { kind: 'expectation_failed', detail: 'Of what Expect can ask for, there is 100-continue alone.' },
};

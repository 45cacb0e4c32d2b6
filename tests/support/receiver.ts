import { once } from 'node:events';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { CertificateAuthority, CertificateKind } from './certificate-authority.js';

export interface ReceivedRequest {
  method: string;
  /** Path and query. */
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
  /** The header `webhook-id`; empty where there is none. */
  webhookId: string;
  /** The how manieth request with this `webhook-id` it is, from 1. */
  attempt: number;
}

/** An HTTP answer; or the connection is cut instead of one, or left without one until the receiver closes. */
export type Answer = HttpAnswer | 'reset' | 'hang';

export interface HttpAnswer {
  status: number;
  headers?: Readonly<Record<string, string>>;
  body?: string;
  delayMs?: number;
}

export interface ReceiverOptions {
  ca: CertificateAuthority;
  /** Decides each answer once the request's body is read whole. */
  answer: (request: ReceivedRequest) => Answer;
  certificate?: CertificateKind;
  /** The answer to a HEAD, by which a URL is checked; it is not counted. 200 unless given. */
  head?: Answer;
  /** 127.0.0.1 unless given. */
  host?: string;
  /** A free one unless given. */
  port?: number;
  /** How many requests are kept for looking at, the first ones; none unless given. */
  keepRequests?: number;
}

/** A real HTTPS server of this machine that counts what is posted to it. */
export interface Receiver {
  /** https://127.0.0.1:PORT where it has its usual host, without a slash at its end. */
  readonly url: string;
  readonly port: number;
  /** Requests whose body was read whole, whatever was answered. */
  readonly received: number;
  /** The same for each `webhook-id`. */
  readonly receivedById: ReadonlyMap<string, number>;
  readonly requests: readonly ReceivedRequest[];
  /** How many requests were under way at once at the most. */
  readonly mostAtOnce: number;
  /** How often a request came while another with the same `webhook-id` was under way. */
  readonly overlaps: number;
  /** Stops listening and cuts every connection, those under way too. */
  close(): Promise<void>;
}

export async function startReceiver(options: ReceiverOptions): Promise<Receiver> {
  const { ca, answer, certificate = 'trusted', head = { status: 200 }, keepRequests = 0 } = options;
  const { host = '127.0.0.1', port = 0 } = options;
  const receivedById = new Map<string, number>();
  const requests: ReceivedRequest[] = [];
  let received = 0;
  let overlaps = 0;
  let mostAtOnce = 0;
  const underWay = new Map<string, number>();
  let atOnce = 0;

  const begin = ({ webhookId }: ReceivedRequest, response: ServerResponse): void => {
    const others = underWay.get(webhookId) ?? 0;
    if (others > 0) overlaps++;
    underWay.set(webhookId, others + 1);
    mostAtOnce = Math.max(mostAtOnce, ++atOnce);
    // Also where the sender is gone before the answer.
    response.once('close', () => {
      atOnce--;
      const left = (underWay.get(webhookId) ?? 1) - 1;
      if (left === 0) underWay.delete(webhookId);
      else underWay.set(webhookId, left);
    });
  };

  // Connections are kept open without end: one closed for idling just as a request is sent would be a reset by chance.
  const server = createServer({ ...(await ca.certificate(certificate)), keepAliveTimeout: 0 }, (incoming, response) => {
    if (incoming.method === 'HEAD') {
      respond(response, head);
      return;
    }
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const request = readRequest(incoming, chunks, receivedById);
      received++;
      begin(request, response);
      if (requests.length < keepRequests) requests.push(request);
      respond(response, answer(request));
    });
  });
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address() as AddressInfo;

  return {
    url: `https://${host}:${address.port}`,
    port: address.port,
    receivedById,
    requests,
    get received() {
      return received;
    },
    get overlaps() {
      return overlaps;
    },
    get mostAtOnce() {
      return mostAtOnce;
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** A port of 127.0.0.1 on which nothing listens: connections to it are refused. */
export async function refusingPort(ca: CertificateAuthority): Promise<number> {
  const receiver = await startReceiver({ ca, answer: () => 'reset' });
  await receiver.close();
  return receiver.port;
}

function readRequest(
  incoming: IncomingMessage,
  chunks: readonly Buffer[],
  counts: Map<string, number>,
): ReceivedRequest {
  const { method = '', url: path = '', headers } = incoming;
  const webhookId = String(headers['webhook-id'] ?? '');
  const attempt = (counts.get(webhookId) ?? 0) + 1;
  counts.set(webhookId, attempt);
  return { method, path, headers, body: Buffer.concat(chunks).toString('utf8'), webhookId, attempt };
}

function respond(response: ServerResponse, answer: Answer): void {
  if (answer === 'hang') return;
  if (answer === 'reset') {
    response.destroy();
    return;
  }
  const { status, headers, body = '', delayMs = 0 } = answer;
  if (delayMs > 0) setTimeout(end, delayMs).unref();
  else end();

  function end(): void {
    response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body);
  }
}

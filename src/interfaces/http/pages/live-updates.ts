import type { ServerResponse } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { HttpDependencies } from '../http-dependencies.js';
import type { HttpServer } from '../http-server.js';
import { loggedInMember } from './logged-in-member.js';
import { PAGE } from './page-options.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** How far the read models were when the request of a page came: what the page shows is no older. */
    readModelsMark: number | undefined;
  }
}

/** What changes within this time is told at once; milliseconds. */
const TOGETHER_MS = 100;
/** So that neither proxies nor the page take the silence for the end; milliseconds. live.js counts on it. */
const HEARTBEAT_MS = 15_000;
/** Then the browser connects anew, and its session is looked at again; milliseconds. */
const LONGEST_MS = 5 * 60_000;
/** How soon a browser that lost its connection tries again; milliseconds. */
const RETRY_MS = 1_000;
const MOST_LISTENERS = 1_000;
/** Who is that far behind reads no more; bytes. */
const MOST_UNREAD = 64 * 1024;

type LiveDependencies = Pick<HttpDependencies, 'logIn' | 'commits' | 'clock'>;

/**
 * `GET /live`: server-sent events (WHATWG HTML, 9.2) that say which projections have changed, so that a page can fetch its
 * figures anew. An event's id says how far the read models were. Whoever comes with an older one, by `Last-Event-ID` or by
 * `?since=` of a page that was made earlier, is told that anything may have changed (`*`), so that nothing is missed while
 * there was no connection.
 */
export function liveUpdates(app: HttpServer, { logIn, commits, clock }: LiveDependencies): void {
  const listeners = new Set<ServerResponse>();
  const changed = new Set<string>();
  let planned = false;

  app.decorateRequest('readModelsMark', undefined);
  app.addHook('onRequest', async (request) => {
    request.readModelsMark = commits.mark;
  });

  const tell = (): void => {
    planned = false;
    const event = changedEvent(commits.mark, [...changed]);
    changed.clear();
    for (const listener of listeners) {
      if (listener.writableLength > MOST_UNREAD) listener.destroy();
      else listener.write(event);
    }
  };
  commits.onCommit((names) => {
    if (listeners.size === 0) return;
    for (const name of names) changed.add(name);
    if (planned) return;
    planned = true;
    clock.at(clock.now() + TOGETHER_MS, tell);
  });

  function listen(request: FastifyRequest, reply: FastifyReply): void {
    reply.hijack();
    const { raw } = reply;
    // Among them the cookie of a session whose token was exchanged by this very request.
    for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) raw.setHeader(name, value);
    raw.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      // What stands between is not to collect the events (nginx).
      'x-accel-buffering': 'no',
    });
    raw.write(`retry: ${RETRY_MS}\n\n`);
    const seen = request.headers['last-event-id'] ?? (request.query as { since?: unknown }).since;
    if (seen !== undefined && seen !== String(commits.mark)) raw.write(changedEvent(commits.mark, ['*']));
    listeners.add(raw);
    const until = clock.now() + LONGEST_MS;
    let cancel = (): void => {};
    const leave = (): void => {
      cancel();
      // Nothing is written to one that has ended, though it may take a while until the last of it is read.
      listeners.delete(raw);
    };
    const beat = (): void => {
      const now = clock.now();
      if (now >= until) {
        leave();
        raw.end();
        return;
      }
      raw.write(BEAT);
      cancel = clock.at(now + HEARTBEAT_MS, beat);
    };
    beat();
    raw.on('close', leave);
  }

  // A HEAD request would wait for the end of it.
  app.get('/live', { ...PAGE, exposeHeadRoute: false }, async (request, reply) => {
    if ((await loggedInMember(logIn, request, reply)) === undefined) return reply.code(401).send();
    if (listeners.size >= MOST_LISTENERS) return reply.code(503).header('retry-after', '30').send();
    listen(request, reply);
    return reply;
  });

  // The server waits for its connections, and these would never end.
  app.addHook('preClose', async () => {
    for (const listener of listeners) {
      // Nor is it to wait for who reads nothing.
      if (listener.writableLength > 0) listener.destroy();
      else listener.end();
    }
    listeners.clear();
  });
}

/** An event and not a comment, so that the page notices where none comes any more. */
const BEAT = 'event: beat\ndata: .\n\n';

const changedEvent = (mark: number, names: readonly string[]): string =>
  `id: ${mark}\nevent: changed\ndata: ${names.join(' ')}\n\n`;

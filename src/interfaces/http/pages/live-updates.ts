import type { ServerResponse } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { LogIn } from '../../../application/commands/log-in.js';
import type { Clock } from '../../../application/ports/clock.js';
import type { ProjectionProgress } from '../../../projections/projection-progress.js';
import type { HttpServer } from '../http-server.js';
import { securityHeadersFor } from '../safety/security-headers.js';
import { loggedInMember } from './logged-in-member.js';
import { PAGE } from './page-options.js';

/** What changes within this time is told at once; milliseconds. */
const TOGETHER_MS = 100;
/** So that proxies don't take the silence for the end; milliseconds. */
const HEARTBEAT_MS = 15_000;
/** Then the browser connects anew, and its session is looked at again; milliseconds. */
const LONGEST_MS = 5 * 60_000;
/** How soon a browser that lost its connection tries again; milliseconds. */
const RETRY_MS = 1_000;
const MOST_LISTENERS = 1_000;
/** Who is that far behind reads no more; bytes. */
const MOST_UNREAD = 64 * 1024;

/** The commits that pages are told of. */
export type Commits = Pick<ProjectionProgress, 'onCommit' | 'mark'>;

/**
 * `GET /live`: server-sent events (WHATWG HTML, 9.2) that say which projections have changed, so that a page can fetch its
 * figures anew. An event's id says how far the read models were; whoever comes back with an older one is told that anything
 * may have changed, so that nothing is missed while a connection was lost.
 */
export function liveUpdates(app: HttpServer, logIn: LogIn, commits: Commits, clock: Clock): void {
  const listeners = new Set<ServerResponse>();
  const changed = new Set<string>();
  let planned = false;

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
    raw.writeHead(200, {
      ...securityHeadersFor(request),
      'content-type': 'text/event-stream; charset=utf-8',
      // What stands between is not to collect the events (nginx).
      'x-accel-buffering': 'no',
    });
    const seen = request.headers['last-event-id'];
    raw.write(`retry: ${RETRY_MS}\n\n`);
    if (seen !== undefined && seen !== String(commits.mark)) raw.write(changedEvent(commits.mark, ['*']));
    listeners.add(raw);
    const until = clock.now() + LONGEST_MS;
    let cancel = (): void => {};
    const beat = (): void => {
      const now = clock.now();
      if (now >= until) {
        raw.end();
        return;
      }
      raw.write(': \n\n');
      cancel = clock.at(now + HEARTBEAT_MS, beat);
    };
    beat();
    raw.on('close', () => {
      cancel();
      listeners.delete(raw);
    });
  }

  app.get('/live', PAGE, async (request, reply) => {
    if ((await loggedInMember(logIn, request, reply)) === undefined) return reply.code(401).send();
    if (listeners.size >= MOST_LISTENERS) return reply.code(503).header('retry-after', '30').send();
    listen(request, reply);
    return reply;
  });

  // The server waits for its connections, and these would never end.
  app.addHook('preClose', async () => {
    for (const listener of listeners) listener.end();
  });
}

const changedEvent = (mark: number, names: readonly string[]): string =>
  `id: ${mark}\nevent: changed\ndata: ${names.join(' ')}\n\n`;

import type { FastifyInstance } from 'fastify';
import type { HttpServer } from '../http/http-server.js';
import { HookledgerClosed } from './hookledger-closed.js';

/** What of the HTTP API is served. */
export interface PluginOptions {
  /**
   * `api`, unless given: `/api/…`, `/openapi.json` and `/docs`. `all`: the pages for logging in and `/healthz`, `/readyz` and
   * `/metrics` as well, none of which the host may then have itself.
   */
  routes?: 'api' | 'all';
}

/** A plug-in of fastify 5. */
export type HookledgerPlugin = (app: FastifyInstance, options: PluginOptions) => Promise<void>;

const API = /^\/(?:api|docs)(?:\/|$)|^\/openapi\.json$/;

/**
 * Serves hookledger's own server inside of a host's: requests for its paths are handed over whole, before their bodies are
 * read, so that error handlers, validators, parsers and decorators of neither touch the other. The host's `onRequest` hooks run
 * first, and its `onResponse` hooks see the answer.
 */
export const pluginOf =
  (serverOf: () => Promise<HttpServer>): HookledgerPlugin =>
  async (app, { routes = 'api' }) => {
    if (app.prefix !== '') {
      throw new Error(
        `hookledger's paths and the links in its answers begin at the root, so it can't be served under '${app.prefix}'; register its plugin without a prefix.`,
      );
    }
    const server = await serverOf();
    await server.ready();
    // A context of its own, whatever the host wraps the plug-in in.
    await app.register(async (own) => {
      own.addHook('onRequest', async (request, reply) => {
        reply.hijack();
        server.routing(request.raw, reply.raw);
      });
      for (const url of pathsOf(server, routes)) own.all(url, notReached);
    });
  };

function pathsOf(server: HttpServer, routes: 'api' | 'all'): readonly string[] {
  // Below these, hookledger says itself what there isn't.
  const below = ['/api/*', '/docs/*'];
  const exact = [...server.paths].filter((path) => !/^\/(?:api|docs)\//.test(path) && path !== '*');
  return [...below, ...exact.filter((path) => routes === 'all' || API.test(path))];
}

const notReached = async (): Promise<never> => {
  throw new HookledgerClosed();
};

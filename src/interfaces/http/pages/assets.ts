import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { HttpServer } from '../http-server.js';

/** The package's own folder, from where this file is once it is compiled. */
const OURS = new URL('../../../../../assets/', import.meta.url);

const { resolve } = createRequire(import.meta.url);

const FILES = {
  'editor.js': fileURLToPath(new URL('editor.js', OURS)),
  'pages.css': fileURLToPath(new URL('pages.css', OURS)),
  'live.js': fileURLToPath(new URL('live.js', OURS)),
  'pages.js': fileURLToPath(new URL('pages.js', OURS)),
  'analytics.js': fileURLToPath(new URL('analytics.js', OURS)),
  'htmx.js': resolve('htmx.org/dist/htmx.min.js'),
  'uplot.js': resolve('uplot/dist/uPlot.iife.min.js'),
  'uplot.css': resolve('uplot/dist/uPlot.min.css'),
} as const;

export type Asset = keyof typeof FILES;

const TYPES: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
};

/** Read when the program starts: they are few and small. */
const ASSETS = new Map(
  Object.entries(FILES).map(([name, path]) => {
    const content = readFileSync(path);
    return [name, { content, version: hash('sha256', content, 'hex').slice(0, 16) }];
  }),
);

/** Another content has another address, so that browsers may keep each for good. */
export const assetPath = (name: Asset): string => `/assets/${name}?v=${ASSETS.get(name)?.version}`;

/** What pages load: style sheets and scripts, all from the package. */
export function assetRoutes(app: HttpServer): void {
  for (const [name, { content, version }] of ASSETS) {
    const type = TYPES[name.slice(name.lastIndexOf('.') + 1)] as string;
    app.get(`/assets/${name}`, { schema: { hide: true } }, (request, reply) => {
      const { v } = request.query as { v?: unknown };
      // Under the address of another version it is only what there is by now.
      const keep = v === version ? 'public, max-age=31536000, immutable' : 'no-cache';
      return reply.headers({ 'content-type': type, 'cache-control': keep }).send(content);
    });
  }
}

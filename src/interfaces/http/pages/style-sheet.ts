import { hash } from 'node:crypto';
import type { HttpServer } from '../http-server.js';

const PATH = '/assets/pages.css';

/** Colours have a contrast of 4.5 to 1 at least on what they stand on, in light and dark. Source: WCAG 2.2, 1.4.3. */
const CSS = `:root {
  color-scheme: light dark;
  --ground: #f5f6f8;
  --surface: #ffffff;
  --text: #1b1f27;
  --soft: #565f6e;
  --line: #d5d9e0;
  --edge: #80899a;
  --accent: #1f5fbf;
  --on-accent: #ffffff;
  --bad: #a81c1c;
  --bad-ground: #fdeeee;
  --good: #1a6638;
  --good-ground: #e9f6ee;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #12151b;
    --surface: #1b2029;
    --text: #e8ebf0;
    --soft: #a5aebd;
    --line: #323a47;
    --edge: #6f7a8c;
    --accent: #86b4ff;
    --on-accent: #0c1420;
    --bad: #ff9d9d;
    --bad-ground: #3a1e21;
    --good: #8fdcaa;
    --good-ground: #173022;
  }
}
*, *::before, *::after { box-sizing: border-box; }
body {
  margin: 0;
  background: var(--ground);
  color: var(--text);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
  overflow-wrap: anywhere;
}
a { color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.bar {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  justify-content: space-between;
  gap: .5rem 1rem;
  padding: .75rem 1rem;
  border-bottom: 1px solid var(--line);
  background: var(--surface);
}
.brand { color: inherit; font-weight: 650; text-decoration: none; }
.who { display: flex; flex-wrap: wrap; align-items: center; gap: .25rem .75rem; margin: 0; color: var(--soft); font-size: .875rem; }
main {
  max-width: 30rem;
  margin: 2rem auto;
  padding: 1.5rem;
  border: 1px solid var(--line);
  border-radius: .75rem;
  background: var(--surface);
}
@media (max-width: 34rem) {
  main { margin: 0; padding: 1.25rem 1rem; border: 0; border-radius: 0; }
  body { background: var(--surface); }
}
h1 { margin: 0 0 1rem; font-size: 1.5rem; line-height: 1.25; }
h2 { margin: 2rem 0 .5rem; padding-top: 1.25rem; border-top: 1px solid var(--line); font-size: 1.125rem; }
p { margin: 0 0 1rem; }
label { display: block; margin-bottom: .25rem; font-weight: 600; }
.field { margin-bottom: 1rem; }
.hint { margin: 0 0 .375rem; color: var(--soft); font-size: .875rem; }
input {
  display: block;
  width: 100%;
  min-height: 2.75rem;
  padding: .5rem .75rem;
  border: 1px solid var(--edge);
  border-radius: .5rem;
  background: var(--ground);
  color: inherit;
  font: inherit;
}
input:focus-visible { outline-offset: 0; }
input[aria-invalid="true"] { border-color: var(--bad); }
input[readonly] { border-color: var(--line); color: var(--soft); }
button, .button {
  display: inline-block;
  min-height: 2.75rem;
  padding: .55rem 1.1rem;
  border: 1px solid var(--accent);
  border-radius: .5rem;
  background: var(--accent);
  color: var(--on-accent);
  font: inherit;
  font-weight: 600;
  text-decoration: none;
  cursor: pointer;
}
button:hover, .button:hover { filter: brightness(1.08); }
.quiet { border-color: var(--edge); background: transparent; color: var(--text); }
.small { min-height: 2rem; padding: .2rem .75rem; font-weight: 500; }
.problem, .notice { padding: .75rem 1rem; border-radius: .5rem; }
.problem { background: var(--bad-ground); color: var(--bad); }
.notice { background: var(--good-ground); color: var(--good); }
.field .problem { margin: .5rem 0 0; padding: .5rem .75rem; font-size: .9375rem; }
/* White around it in the dark too: cameras need dark on light. */
.qr { display: block; width: 14rem; max-width: 100%; margin: 0 auto 1rem; border: 1px solid var(--line); border-radius: .5rem; background: #ffffff; }
code { font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; font-size: 1rem; }
.codes {
  display: grid;
  grid-template-columns: repeat(auto-fill, minmax(8.5rem, 1fr));
  gap: .5rem;
  margin: 0 0 1rem;
  padding: 1rem;
  border: 1px solid var(--line);
  border-radius: .5rem;
  background: var(--ground);
  list-style: none;
}
ul.links { margin: 0 0 1rem; padding-left: 1.25rem; }
ul.links li { margin-bottom: .25rem; }
@media print {
  .bar, button, .button { display: none; }
  main { margin: 0; border: 0; }
}
`;

const VERSION = hash('sha256', CSS, 'hex').slice(0, 16);

/** Another style sheet has another address, so that browsers may keep this one for good. */
export const STYLE_SHEET = `${PATH}?v=${VERSION}`;

export function styleSheetRoute(app: HttpServer): void {
  app.get(PATH, { schema: { hide: true } }, (request, reply) => {
    const { v } = request.query as { v?: unknown };
    // Under the address of another version it is only what there is by now.
    const keep = v === VERSION ? 'public, max-age=31536000, immutable' : 'no-cache';
    return reply.headers({ 'content-type': 'text/css; charset=utf-8', 'cache-control': keep }).send(CSS);
  });
}

import { isSitePath } from '../site-path.js';

const HOME = '/';

/** Where to go on after a page is done, as its query's `continue` says; the first page where that is no path of this server. */
export function continueOf(query: unknown): string {
  const { continue: path } = query as { continue?: unknown };
  return isSitePath(path) ? path : HOME;
}

/** A page's address that remembers where to go on after it. */
export const withContinue = (page: string, path: string): string =>
  path === HOME ? page : `${page}?continue=${encodeURIComponent(path)}`;

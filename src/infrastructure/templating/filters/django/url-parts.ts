/** A URL's parts as Python's `urlsplit` has them. */
export interface UrlParts {
  scheme: string;
  host: string;
  path: string;
  query: string;
  fragment: string;
}

/** Undefined for a host with a square bracket that has no partner. */
export function splitUrl(text: string): UrlParts | undefined {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(text)?.[1] ?? '';
  let rest = scheme === '' ? text : text.slice(scheme.length + 1);
  let host = '';
  if (rest.startsWith('//')) {
    const length = rest.slice(2).search(/[/?#]/);
    host = length < 0 ? rest.slice(2) : rest.slice(2, 2 + length);
    rest = rest.slice(2 + host.length);
    if (host.includes('[') !== host.includes(']')) return undefined;
  }
  const [beforeFragment, fragment] = splitOnce(rest, '#');
  const [path, query] = splitOnce(beforeFragment, '?');
  return { scheme: scheme.toLowerCase(), host, path, query, fragment };
}

export function joinUrl({ scheme, host, path, query, fragment }: UrlParts): string {
  let text = path;
  if (host !== '' || path.startsWith('//')) text = `//${host}${path === '' || path.startsWith('/') ? '' : '/'}${path}`;
  if (scheme !== '') text = `${scheme}:${text}`;
  if (query !== '') text += `?${query}`;
  return fragment === '' ? text : `${text}#${fragment}`;
}

function splitOnce(text: string, separator: string): [string, string] {
  const index = text.indexOf(separator);
  return index < 0 ? [text, ''] : [text.slice(0, index), text.slice(index + 1)];
}

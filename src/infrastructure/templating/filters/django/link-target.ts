import { domainToAscii } from './domain-to-ascii.js';
import { percentDecode, percentEncode } from './percent-encoding.js';
import { joinUrl, splitUrl } from './url-parts.js';

/** RFC 3986's reserved characters, and the tilde. */
const KEPT = "!$&'()*+,;=:/?#[]@~";

/** A URL ready for a link: its host in ASCII, all else percent-encoded where it isn't yet. */
export function linkTarget(url: string): string {
  const parts = splitUrl(url);
  const host = parts === undefined ? undefined : domainToAscii(parts.host);
  if (parts === undefined || host === undefined) return reencoded(url);
  return joinUrl({
    scheme: parts.scheme,
    host,
    path: reencoded(parts.path),
    query: parts.query === '' ? '' : reencodedQuery(parts.query),
    fragment: reencoded(parts.fragment),
  });
}

const reencoded = (text: string): string => percentEncode(percentDecode(text), KEPT);

function reencodedQuery(query: string): string {
  return query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const index = pair.indexOf('=');
      const [name, value] = index < 0 ? [pair, ''] : [pair.slice(0, index), pair.slice(index + 1)];
      return `${reencodedField(name)}=${reencodedField(value)}`;
    })
    .join('&');
}

/** As in Django, decoded twice. A blank becomes a plus. */
function reencodedField(text: string): string {
  const decoded = percentDecode(percentDecode(text.replaceAll('+', ' ')));
  return percentEncode(decoded, ' ').replaceAll(' ', '+');
}

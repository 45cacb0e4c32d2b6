import type { IncomingMessage } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiError } from '../api-error.js';
import { refuseNulInAddress } from '../nul-characters.js';
import { MAX_HEADERS, MAX_URL_LENGTH } from './limits.js';

/** RFC 9110, section 7.2: a name, an IPv4 address or a bracketed IPv6 address, with or without a port. Nothing that could end a URL's authority. */
const HOST = /^(?:[a-z0-9](?:[a-z0-9._-]{0,252}[a-z0-9.])?|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/i;

/** Refuses what no honest client sends, before anything else looks at the request. */
export async function refuseOddRequests(request: FastifyRequest, _reply: FastifyReply): Promise<void> {
  const { raw, url, protocol, host } = request;
  if (url.length > MAX_URL_LENGTH) {
    throw new ApiError('uri_too_long', {
      detail: `The address is longer than ${MAX_URL_LENGTH} characters; shorten it.`,
    });
  }
  refuseNulInAddress(url);
  if (raw.rawHeaders.length / 2 > MAX_HEADERS) {
    throw new ApiError('headers_too_large', {
      detail: `The request has more than ${MAX_HEADERS} headers; send fewer.`,
    });
  }
  if (!hasGoodHost(raw, host)) {
    const detail = 'A request needs exactly one Host header, with a name or an address and perhaps a port.';
    throw new ApiError('invalid', { detail, source: { header: 'Host' } });
  }
  // What a trusted proxy passes on; links are made of it too.
  if (protocol !== 'http' && protocol !== 'https') {
    const detail = 'The protocol that the proxy names is neither http nor https.';
    throw new ApiError('invalid', { detail, source: { header: 'X-Forwarded-Proto' } });
  }
}

/** RFC 9112, section 3.2. Of two hosts a proxy could believe one and we the other; and links are made of it. HTTP/1.0 may have none, as load balancers' checks do. */
function hasGoodHost({ rawHeaders, httpVersion }: IncomingMessage, host: string): boolean {
  const hosts = rawHeaders.filter((name, at) => at % 2 === 0 && name.toLowerCase() === 'host').length;
  if (hosts === 0) return httpVersion === '1.0';
  return hosts === 1 && HOST.test(host);
}

import type { FastifyRequest } from 'fastify';

/** The value of a cookie that the request brings (RFC 6265, section 4.2.1); undefined where there is none of that name. */
export function cookieOf({ headers: { cookie = '' } }: FastifyRequest, name: string): string | undefined {
  for (const pair of cookie.split(';')) {
    const at = pair.indexOf('=');
    if (at !== -1 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim();
  }
  return undefined;
}

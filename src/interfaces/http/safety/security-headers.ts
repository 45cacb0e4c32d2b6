import type { FastifyReply, FastifyRequest } from 'fastify';

/** What a page of this server may do in a browser: run, load and talk to what comes from here alone. */
const POLICY: Readonly<Record<string, string>> = {
  'default-src': "'none'",
  'script-src': "'self'",
  'style-src': "'self'",
  'img-src': "'self' data:",
  'font-src': "'self'",
  'connect-src': "'self'",
  'form-action': "'self'",
  'frame-ancestors': "'none'",
  'base-uri': "'none'",
};

/** The policy as a header has it, with what a single page needs otherwise. */
export const contentSecurityPolicy = (changes: Readonly<Record<string, string>> = {}): string =>
  Object.entries({ ...POLICY, ...changes })
    .map(([directive, sources]) => `${directive} ${sources}`)
    .join('; ');

/**
 * What goes with every answer (OWASP's secure headers). In one table, since answers are given at three places: by routes,
 * by fastify before there is a route, and on the bare socket where a request can't even be read. A plug-in sees only the
 * first.
 */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': contentSecurityPolicy(),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'origin-agent-cluster': '?1',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-dns-prefetch-control': 'off',
  'x-download-options': 'noopen',
  'x-frame-options': 'DENY',
  'x-permitted-cross-domain-policies': 'none',
  // Of old browsers; switched off, since the filter could itself be used to leak.
  'x-xss-protection': '0',
  // Nearly every answer belongs to one caller alone; a route whose doesn't says so itself.
  'cache-control': 'no-store',
};

/** A year; RFC 6797 lets a browser believe it only where it came over TLS. */
const STRICT_TRANSPORT_SECURITY = 'max-age=31536000; includeSubDomains';

/** The headers for one answer. */
export const securityHeadersFor = ({ protocol }: FastifyRequest): Readonly<Record<string, string>> =>
  protocol === 'https'
    ? { ...SECURITY_HEADERS, 'strict-transport-security': STRICT_TRANSPORT_SECURITY }
    : SECURITY_HEADERS;

/** The first hook, so that whatever refuses later has them too. */
export async function setSecurityHeaders(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  reply.headers(securityHeadersFor(request));
}

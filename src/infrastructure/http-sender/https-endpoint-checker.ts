import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import type { SecureContext, TLSSocket } from 'node:tls';
import type { EndpointCheck, EndpointChecker } from '../../application/ports/endpoint-checker.js';
import type { AddressPolicy } from './address-policy.js';
import { targetRefused } from './check-target.js';
import { checkedLookup, type Resolve } from './checked-lookup.js';
import { endpointProblemOf } from './endpoint-problem.js';
import { trustedContext } from './trusted-context.js';

/** The whole check, in milliseconds: somebody waits for it. */
const TOTAL_MS = 5_000;

/** Longer names than this are cut: what a certificate or a redirect says is chosen by others. */
const LONGEST_SHOWN = 200;

/**
 * Sends a HEAD over a connection of its own, under the rules that deliveries have: addresses checked, TLS verified. HEAD has
 * no body and changes nothing at the receiver (RFC 9110, section 9.3.2); one that doesn't know it answers 404 or 405, which
 * shows as well as 200 that HTTPS works there. A redirect does not: none is followed when deliveries are sent.
 */
export class HttpsEndpointChecker implements EndpointChecker {
  readonly #policy: AddressPolicy;
  readonly #secureContext: SecureContext;
  readonly #resolve: Resolve | undefined;
  readonly #totalMs: number;

  /**
   * @param policy where requests may go
   * @param extraCa path of a PEM file with certificate authorities to trust beside the well-known ones
   * @param resolve finds the addresses of a name; the system's way unless given
   */
  constructor(policy: AddressPolicy, extraCa?: string, resolve?: Resolve, totalMs = TOTAL_MS) {
    this.#policy = policy;
    this.#secureContext = trustedContext(extraCa);
    this.#resolve = resolve;
    this.#totalMs = totalMs;
  }

  async check(url: string): Promise<EndpointCheck> {
    const { hostname, host, port } = new URL(url);
    const refused = targetRefused(this.#policy, hostname, Number(port || 443));
    if (refused !== undefined) return { verified: false, ...endpointProblemOf(refused, host) };
    try {
      return await this.head(new URL(url));
    } catch (error) {
      return { verified: false, ...endpointProblemOf(error, host) };
    }
  }

  private head(url: URL): Promise<EndpointCheck> {
    return new Promise((resolve, reject) => {
      const head = request(url, {
        method: 'HEAD',
        headers: { 'user-agent': 'hookledger' },
        agent: new Agent({ maxCachedSessions: 0, secureContext: this.#secureContext }),
        lookup: checkedLookup(this.#policy, this.#resolve),
      });
      const deadline = setTimeout(() => {
        head.destroy(Object.assign(new Error(`No answer within ${this.#totalMs} ms.`), { code: 'ETIMEDOUT' }));
      }, this.#totalMs);
      head.once('close', () => clearTimeout(deadline));
      head.on('error', reject);
      head.once('response', (response) => {
        resolve(judge(url, response));
        head.destroy();
      });
      head.end();
    });
  }
}

function judge(url: URL, response: IncomingMessage): EndpointCheck {
  const { host } = url;
  const { statusCode = 0, headers } = response;
  if (statusCode >= 300 && statusCode < 400) {
    const to = shownTarget(headers.location, url);
    const detail =
      to === undefined
        ? `The URL answers with a redirect (${statusCode}), and redirects are not followed; enter an address that answers itself.`
        : `The URL redirects (${statusCode}) to ${to}; enter that address itself.`;
    return { verified: false, problem: 'redirect', detail };
  }
  const socket = response.socket as TLSSocket;
  const certificate = socket.getPeerCertificate();
  const until = new Date(certificate.valid_to).toISOString().slice(0, 10);
  const issuer = shown(nameOf(certificate.issuer));
  return {
    verified: true,
    detail: `${host} answered HEAD with ${statusCode} over ${socket.getProtocol()}; its certificate, issued by ${issuer}, is valid until ${until}.`,
  };
}

/** Where a redirect leads, without its query; undefined where it doesn't say or nobody could enter it. */
function shownTarget(location: string | undefined, from: URL): string | undefined {
  if (location === undefined || !URL.canParse(location, from.href)) return undefined;
  const target = new URL(location, from);
  if (target.protocol !== 'https:' && target.protocol !== 'http:') return undefined;
  return shown(target.origin + target.pathname + (target.search === '' ? '' : '?…'));
}

/** An authority's name; a field that stands several times is a list. */
function nameOf({ O, CN }: { O?: string | string[]; CN?: string | string[] }): string {
  return [O ?? CN ?? 'an authority without a name'].flat().join(', ');
}

function shown(text: string): string {
  const printable = text.replace(/\p{C}/gu, ' ');
  return printable.length > LONGEST_SHOWN ? `${printable.slice(0, LONGEST_SHOWN)}…` : printable;
}

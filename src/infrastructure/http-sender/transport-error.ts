import type { TransportError } from '../../domain/delivery/outcome.js';
import { TargetRefused } from './target-refused.js';

/** Codes of Node's sockets, its DNS and TLS, and undici, by what they mean to a delivery. */
const MEANING: Readonly<Record<string, TransportError>> = {
  EAI_AGAIN: 'dns',
  EAI_FAIL: 'dns',
  EAI_NODATA: 'dns',
  EAI_NONAME: 'dns',
  ENODATA: 'dns',
  ENOTFOUND: 'dns',
  ESERVFAIL: 'dns',
  ECONNREFUSED: 'connection_refused',
  EPIPE: 'connection_reset',
  ECONNRESET: 'connection_reset',
  ECONNABORTED: 'connection_reset',
  UND_ERR_SOCKET: 'connection_reset',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  EHOSTDOWN: 'unreachable',
  ENETDOWN: 'unreachable',
  ETIMEDOUT: 'timeout',
  UND_ERR_CONNECT_TIMEOUT: 'timeout',
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  UND_ERR_BODY_TIMEOUT: 'timeout',
  UND_ERR_TOTAL_TIMEOUT: 'timeout',
  CERT_HAS_EXPIRED: 'certificate',
  CERT_NOT_YET_VALID: 'certificate',
  CERT_REVOKED: 'certificate',
  CERT_REJECTED: 'certificate',
  CERT_UNTRUSTED: 'certificate',
  CERT_SIGNATURE_FAILURE: 'certificate',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'certificate',
  SELF_SIGNED_CERT_IN_CHAIN: 'certificate',
  UNABLE_TO_GET_ISSUER_CERT: 'certificate',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'certificate',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'certificate',
  ERR_TLS_CERT_ALTNAME_INVALID: 'certificate',
  ERR_TLS_CERT_SIGNATURE_ALGORITHM_UNSUPPORTED: 'certificate',
  EPROTO: 'protocol',
  UND_ERR_HEADERS_OVERFLOW: 'protocol',
};

/** What went wrong underneath HTTP, and a sentence about it. */
export function transportErrorOf(error: unknown): { error: TransportError; message: string } {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at instanceof TargetRefused) return { error: 'address_refused', message: at.message };
    // Connecting to a name with several addresses fails with all of their errors together.
    if (at instanceof AggregateError && at.errors.length > 0) return transportErrorOf(at.errors[0]);
    const code = 'code' in at ? String(at.code) : '';
    if (Object.hasOwn(MEANING, code))
      return { error: MEANING[code] as TransportError, message: `${at.message} (${code})` };
    if (code.startsWith('HPE_') || code.startsWith('ERR_SSL_')) {
      return { error: 'protocol', message: `${at.message} (${code})` };
    }
  }
  // What isn't known may heal; it is tried again rather than given up.
  return { error: 'connection_reset', message: error instanceof Error ? error.message : String(error) };
}

import type { EndpointProblem } from '../../application/ports/endpoint-checker.js';
import type { TransportError } from '../../domain/delivery/outcome.js';
import { transportErrorOf } from './transport-error.js';

/** OpenSSL's names of what is wrong with a certificate, where there is more to say than that it is. */
const CERTIFICATE_PROBLEMS: Readonly<Record<string, EndpointProblem>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'self_signed',
  CERT_HAS_EXPIRED: 'expired',
  CERT_NOT_YET_VALID: 'not_yet_valid',
  ERR_TLS_CERT_ALTNAME_INVALID: 'wrong_name',
  SELF_SIGNED_CERT_IN_CHAIN: 'untrusted',
  UNABLE_TO_GET_ISSUER_CERT: 'untrusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'untrusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'untrusted',
  CERT_UNTRUSTED: 'untrusted',
};

const TRANSPORT_PROBLEMS: Readonly<Record<TransportError, EndpointProblem>> = {
  dns: 'dns',
  connection_refused: 'connection_refused',
  connection_reset: 'connection',
  unreachable: 'unreachable',
  timeout: 'timeout',
  certificate: 'certificate',
  protocol: 'protocol',
  address_refused: 'refused_address',
  worker_lost: 'connection',
};

/** What an error of a connection to `host` says about the URL, and a sentence that tells people what to do. */
export function endpointProblemOf(error: unknown, host: string): { problem: EndpointProblem; detail: string } {
  const transport = transportErrorOf(error);
  const problem = problemOf(error, transport.error);
  return { problem, detail: sentenceOf(problem, host, transport.message) };
}

function problemOf(error: unknown, transport: TransportError): EndpointProblem {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'PORT_REFUSED') return 'refused_port';
  return CERTIFICATE_PROBLEMS[code] ?? TRANSPORT_PROBLEMS[transport];
}

function sentenceOf(problem: EndpointProblem, host: string, message: string): string {
  switch (problem) {
    case 'dns':
      return `The name ${host} could not be found; look whether it is spelled right and has an address in the DNS.`;
    case 'refused_address':
    case 'refused_port':
      return message;
    case 'connection_refused':
      return `${host} refused the connection; look whether a server listens there.`;
    case 'unreachable':
      return `${host} could not be reached over the network; look whether its address is right and its network is up.`;
    case 'timeout':
      return `${host} did not answer in time; look whether a firewall stands in between.`;
    case 'self_signed':
      return `The certificate of ${host} is self-signed; use one from a recognised authority.`;
    case 'expired':
      return `The certificate of ${host} has expired; renew it.`;
    case 'not_yet_valid':
      return `The certificate of ${host} is not valid yet; use one that is, and look whether the clocks are right.`;
    case 'wrong_name':
      return `The certificate of ${host} is for another name; use one that names ${host}.`;
    case 'untrusted':
      return `The certificate of ${host} was not issued by an authority that is trusted here, or comes without the certificates in between; use one from a recognised authority and send its whole chain.`;
    case 'certificate':
      return `The certificate of ${host} can't be trusted (${message}); use one from a recognised authority.`;
    case 'protocol':
      return `${host} does not speak HTTPS (HTTP/1.1 over TLS 1.2 or newer) on that port (${message}); look whether the port is right.`;
    case 'redirect':
    case 'connection':
      return `${host} cut the connection before it answered; look whether a server speaks HTTPS there.`;
  }
}

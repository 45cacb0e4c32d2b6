/** Looks whether requests can be sent to a URL, before any is. Never throws for what a receiver or the network does. */
export interface EndpointChecker {
  /** @param url an https URL, as an action has it */
  check(url: string): Promise<EndpointCheck>;
}

export interface EndpointCheck {
  verified: boolean;
  /** What stands in the way; not there where the URL is verified. */
  problem?: EndpointProblem;
  /** One sentence for people: what succeeded, or what failed and what to do. It shows no query, which may hold secrets. */
  detail: string;
}

export type EndpointProblem =
  | 'dns'
  | 'refused_address'
  | 'refused_port'
  | 'connection_refused'
  | 'unreachable'
  | 'timeout'
  | 'self_signed'
  | 'expired'
  | 'not_yet_valid'
  | 'wrong_name'
  | 'untrusted'
  | 'certificate'
  | 'protocol'
  | 'redirect'
  | 'connection';

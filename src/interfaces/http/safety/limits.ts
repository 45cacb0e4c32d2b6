/** How much of the server one client can take; milliseconds. The body's own limit is in json-body.ts. */
export interface HttpLimits {
  /** From the first byte of a request to the end of its headers: who drips them ("slow loris") is cut off. */
  headersTimeout: number;
  /** The same to the end of its body: 5 MB at 170 kB a second. */
  requestTimeout: number;
  /** How often both are looked at, so how late they can be noticed; Node's own 30 s would make 10 s up to 40 s. */
  checkingInterval: number;
  /** A connection on which nothing moves in either direction, such as one whose client doesn't read its answer. */
  idleTimeout: number;
  /** Between two requests; longer than the 60 s of common load balancers, which must be the first to close. */
  keepAliveTimeout: number;
}

export const HTTP_LIMITS: HttpLimits = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  checkingInterval: 5_000,
  idleTimeout: 60_000,
  keepAliveTimeout: 72_000,
};

/** Of the request line and all headers together; Node answers more with 431. */
export const MAX_HEADER_BYTES = 16 * 1024;

/** No client has use for more, and each costs a look-up. Refused, since Node would drop those above its own limit in silence. */
export const MAX_HEADERS = 100;

/** Path and query; RFC 9110, section 4.1 asks for at least 8,000. */
export const MAX_URL_LENGTH = 8_192;

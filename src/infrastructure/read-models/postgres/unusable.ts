import { ReadModelsUnusable } from '../read-model-database.js';

/** What PostgreSQL's SQLSTATE, or the system's code, means to whoever set the URL. */
const SENTENCES: Readonly<Record<string, string>> = {
  '28P01': 'the password is wrong or the user is unknown; correct the URL',
  '28000': 'this user may not connect; correct the URL or pg_hba.conf',
  '3D000': 'there is no such database; create it, or correct the URL',
  '3F000': 'there is no such schema; create it, or correct search_path in the URL',
  '42501': 'this user may not do that; grant it the right to create tables in its schema',
  '25006': 'the database is read-only, as a standby is; name the primary in the URL',
  '53300': 'it has no connection left; raise max_connections, or run fewer processes',
  '53100': 'its disk is full; make room',
  '57P03': 'it is starting up or shutting down; try again in a moment',
  ECONNREFUSED: 'nothing listens there; start PostgreSQL, or correct the URL',
  ENOTFOUND: "that host's name is not known; correct the URL",
  EAI_AGAIN: "that host's name can't be looked up now; correct the URL, or try again",
  ETIMEDOUT: 'it does not answer; check the network and the URL',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is not trusted; add sslrootcert=FILE to the URL',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed; add sslrootcert=FILE to the URL',
};

/** Whether the server, or the way to it, failed, rather than the statement: trying again may help. */
export function isUnreachable(error: unknown): boolean {
  const code = codeOf(error);
  return (
    /^(08|57P|53)/.test(code) ||
    /^(ECONN|ENOTFOUND|EAI_|ETIMEDOUT|EPIPE|EHOST|ENET)/.test(code) ||
    (error instanceof Error &&
      /Connection terminated|is not queryable|timeout exceeded when trying to connect/i.test(error.message))
  );
}

/** @param where the URL without its password */
export function unusable(where: string, error: unknown): Error {
  if (error instanceof ReadModelsUnusable) return error;
  const known = SENTENCES[codeOf(error)];
  if (known !== undefined) return new ReadModelsUnusable(`The read models at ${where} can't be used: ${known}.`);
  const reason = error instanceof Error ? error.message : String(error);
  return new ReadModelsUnusable(`The read models at ${where} can't be used: ${reason.replace(/\.$/, '')}.`);
}

function codeOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
}
